import { expect, it } from "vitest";
import { parseDevVars, readVariables } from "../../src/cli/dev-vars.ts";
import { createWorkplace } from "./temporary-policies.ts";

it("reads names and values with quotes, comments and export", () => {
  const text = `# secrets
OPENAI_API_KEY=sk-abc#def # a comment after white space
export GEMINI_API_KEY = "two words" # quoted
SINGLE='a # b'
MULTILINE="a\\nb"
EMPTY=
not a variable
`;
  expect(parseDevVars(text)).toEqual([
    ["OPENAI_API_KEY", "sk-abc#def"],
    ["GEMINI_API_KEY", "two words"],
    ["SINGLE", "a # b"],
    ["MULTILINE", "a\nb"],
    ["EMPTY", ""],
  ]);
});

it("lets the environment win over the file", async () => {
  const { io, write } = await createWorkplace({ A: "environment" });
  expect(await readVariables(io)).toEqual({ A: "environment" });
  await write(".dev.vars", "A=file\nB=file\n");
  expect(await readVariables(io)).toEqual({ A: "environment", B: "file" });
});
