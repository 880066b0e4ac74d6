"""/docs: the OpenAPI document as one plain HTML page. No script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #111;
       background: #fff }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #767676 }
code, pre { font-family: ui-monospace, monospace; background: #f2f2f2 }
pre { padding: .75rem; overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid #ccc }
.verb { font-weight: 700 }
"""


def render(document: dict[str, Any]) -> str:
    """The page."""
    info = document["info"]
    schemas = document.get("components", {}).get("schemas", {})
    operations = "".join(
        _operation(verb, path, operation)
        for path, verbs in document["paths"].items()
        for verb, operation in verbs.items()
    )
    shapes = "".join(_schema(name, schema) for name, schema in sorted(schemas.items()))
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(info["title"])}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<link rel="stylesheet" href="/docs/style.css"></head><body><main><h1>{escape(info["title"])}</h1>'
        f"{_prose(info.get('description', ''))}"
        '<p>To code against: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>'
        f"<h2>Requests</h2>{operations}<h2>Shapes</h2>{shapes}</main></body></html>"
    )


def _operation(verb: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        _row(one["name"], f"{one['in']}, {'needed' if one.get('required') else 'optional'}", one.get("description", ""))
        for one in operation.get("parameters", ())
    )
    answers = "".join(
        _row(status, _shape(answer), answer.get("description", ""))
        for status, answer in sorted(operation["responses"].items())
    )
    takes = f"<p>Takes {_shape(operation['requestBody'])}.</p>" if "requestBody" in operation else ""
    return (
        f'<section><h3><span class="verb">{escape(verb.upper())}</span> <code>{escape(path)}</code></h3>'
        f"{_prose(operation.get('description') or operation.get('summary', ''))}{takes}"
        f"<table><tbody>{parameters}{answers}</tbody></table></section>"
    )


def _schema(name: str, schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    rows = "".join(
        _row(field, f"{_type(kind)}{'' if field in needed else ', optional'}", kind.get("description", ""))
        for field, kind in schema.get("properties", {}).items()
    )
    return (
        f'<section id="{escape(name)}"><h3>{escape(name)}</h3>{_prose(schema.get("description", ""))}'
        f"<table><tbody>{rows}</tbody></table></section>"
    )


def _row(name: str, what: str, words: str) -> str:
    shown = what if what.startswith("<") else escape(what)
    return f"<tr><th scope='row'><code>{escape(name)}</code></th><td>{shown}</td><td>{escape(words)}</td></tr>"


def _shape(holder: dict[str, Any]) -> str:
    names = [
        _reference(content["schema"])
        for content in holder.get("content", {}).values()
        if "$ref" in content.get("schema", {})
    ]
    return ", ".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in dict.fromkeys(names)) or "&ndash;"


def _type(kind: dict[str, Any]) -> str:
    return " or ".join(dict.fromkeys(_types(kind)))


def _types(kind: dict[str, Any]) -> Iterator[str]:
    if "anyOf" in kind:
        for one in kind["anyOf"]:
            yield from _types(one)
    elif "$ref" in kind:
        yield _reference(kind)
    elif "enum" in kind:
        yield " | ".join(map(str, kind["enum"]))
    elif "const" in kind:
        yield repr(kind["const"])
    elif kind.get("type") == "array":
        yield f"list of {_type(kind['items'])}"
    else:
        yield kind.get("format") or kind.get("type", "any")


def _reference(schema: dict[str, Any]) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _prose(text: str) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n\n") if paragraph.strip())
