import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, it } from "vitest";
import { adminOpenApi } from "../../src/cli/admin-openapi.ts";
import { ADMIN_ROUTES } from "../../src/core/admin/admin-routes.ts";

const document = JSON.parse(adminOpenApi()) as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}; // ours, judged below

it("is a valid OpenAPI 3.1 document", async () => {
  const validator = new Validator();
  expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
  expect(validator.version).toBe("3.1");
  const broken = { ...document, paths: { "/x": { get: { responses: 7 } } } };
  expect(await new Validator().validate(broken)).toMatchObject({ valid: false });
});

it("has every operation once", () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  expect(operations.toSorted()).toEqual(Object.keys(ADMIN_ROUTES).toSorted());
});
