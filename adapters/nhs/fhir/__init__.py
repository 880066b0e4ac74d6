"""The FHIR adapter: a Bundle of FHIR R4, as JSON or XML, by a mapping file that says what a hospital's codes mean."""

from adapters.nhs.fhir.format import FORMAT

__all__ = ["FORMAT"]
