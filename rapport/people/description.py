"""The description of the API in OpenAPI: each name in it means one thing, refusals are of their own media type."""

from typing import Any, cast

from ninja.openapi.schema import OpenAPISchema

from rapport.ui.problem import MEDIA_TYPE

REFUSED = 400


class Description(OpenAPISchema):
    """What a program reads before it asks."""

    def get_paths(self) -> dict[str, Any]:
        """Refusals are of their own media type, which Ninja can't say."""
        paths = super().get_paths()
        for operation in (one for methods in paths.values() for one in methods.values()):
            for status, answer in operation["responses"].items():
                if status >= REFUSED and "content" in answer:
                    answer["content"] = {MEDIA_TYPE: answer["content"].pop("application/json")}
        return paths

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Ninja would let the last of two that share a name speak for both."""
        for name, definition in definitions.items():
            if self.schemas.setdefault(name, definition) != definition:
                message = f"the API describes two things as {name}: give one of them another name"
                raise LookupError(message)

    def _extract_parameters(self, model: Any) -> list[dict[str, Any]]:
        return super()._extract_parameters(cast(Any, Plain(model)))

    def _create_schema_from_model(self, model: Any, *args: Any, **options: Any) -> tuple[dict[str, Any], bool]:
        return super()._create_schema_from_model(cast(Any, Plain(model)), *args, **options)


class Plain:
    """A model that lists choices where they are used: our rooms have many a `Kind` and `State`."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def model_json_schema(self, **options: Any) -> dict[str, Any]:
        schema = self.model.model_json_schema(**options)
        known = schema.get("$defs", {})
        choices = {f"#/components/schemas/{name}": one for name, one in known.items() if "enum" in one}
        plain: dict[str, Any] = written_out(schema, choices)
        for ref in choices:
            plain["$defs"].pop(ref.rpartition("/")[2])
        return plain


def written_out(schema: Any, choices: dict[str, dict[str, Any]]) -> Any:
    """``schema`` with each reference to one of ``choices`` replaced by it; what stands beside a reference stays."""
    if isinstance(schema, list):
        return [written_out(one, choices) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: written_out(one, choices) for name, one in schema.items()}
    return {**choices[found.pop("$ref")], **found} if found.get("$ref") in choices else found
