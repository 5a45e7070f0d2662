import * as z from "zod";
import { labelSchema, objectNameSchema } from "./values.ts";

export const API_VERSION = "fairlead.dev/v1alpha1";
export const DEFAULT_NAMESPACE = "default";

const annotationsSchema = z.record(z.string().max(253), z.string().max(4_096));

export const metadataSchema = z
  .strictObject({
    name: objectNameSchema.describe("Name, unique per kind and namespace."),
    namespace: labelSchema.optional().describe("Namespace, which is the tenant. Default `default`."),
    labels: annotationsSchema.optional().describe("Labels, kept for Kubernetes; they do not affect routing."),
    annotations: annotationsSchema.optional().describe("Annotations, kept for Kubernetes; they do not affect routing."),
  })
  .describe("Who this object is.");

export const apiVersionSchema = z.literal(API_VERSION).describe(`Always \`${API_VERSION}\`.`);
