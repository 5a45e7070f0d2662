import type { ListedModel, Surface } from "../dialect.ts";

/** A virtual model as the OpenAI API shows one. Policies have no creation time, so it is the epoch's. */
interface ModelObject {
  readonly id: string;
  readonly object: "model";
  readonly created: 0;
  readonly owned_by: "fairlead";
}

function toModel({ id }: ListedModel): ModelObject {
  return { id, object: "model", created: 0, owned_by: "fairlead" };
}

/** `GET /v1/models` and `GET /v1/models/{id}`. @see https://platform.openai.com/docs/api-reference/models */
export const OPENAI_MODELS: Surface["models"] = {
  list: (models) => ({ object: "list", data: models.map(toModel) }),
  one: toModel,
};
