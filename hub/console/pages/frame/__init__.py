"""What every page stands in: who asks, forms, words, templates, style, and refusals."""
