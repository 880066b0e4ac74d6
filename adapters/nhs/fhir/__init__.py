"""NHS FHIR R4: a Bundle of a hospital's, as JSON or XML, into a concern."""
