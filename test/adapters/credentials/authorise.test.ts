import { afterAll, beforeAll, describe } from "vitest";
import { createAuthoriser } from "../../../src/adapters/credentials/authorise.ts";
import { authoriserContract } from "../../ports/authoriser.contract.ts";
import { type GoogleStandIn, startGoogleStandIn } from "./google-stand-in.ts";

let google: GoogleStandIn;

beforeAll(async () => {
  google = await startGoogleStandIn();
});
afterAll(() => google.close());

describe("computed credentials", () => {
  authoriserContract(() => ({
    authoriser: createAuthoriser({ fetch: google.fetch, now: () => 1_800_000_000_000 }),
    works: [
      { kind: "sigv4", secret: "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG", region: "us-east-1", service: "bedrock" },
      { kind: "sigv4", secret: "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG:token==", region: "us-east-1", service: "bedrock" },
      { kind: "google-service-account", secret: google.secret },
    ],
    fails: [
      { kind: "sigv4", secret: "AKIDEXAMPLE", region: "us-east-1", service: "bedrock" },
      { kind: "google-service-account", secret: '{"private_key":"hunter2"}' },
    ],
  }));
});
