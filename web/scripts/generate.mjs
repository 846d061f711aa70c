// Types from the two committed snapshots of the server's contract.
import { readFile, writeFile } from "node:fs/promises";
import { compile } from "json-schema-to-typescript";
import openapiTS, { astToString } from "openapi-typescript";

const here = new URL("../", import.meta.url);
const read = async (name) => JSON.parse(await readFile(new URL(name, here), "utf8"));
const out = (name) => new URL(`src/api/${name}`, here);

const api = await openapiTS(await read("openapi.json"));
await writeFile(out("openapi.gen.ts"), astToString(api));

// A server message always carries every field; a default in the schema only says it may be built
// without. Titles of single fields would each become a type of their own.
function tighten(schema) {
  for (const part of Object.values(schema.$defs ?? {})) {
    if (!part.properties) continue;
    part.required = Object.keys(part.properties);
    for (const field of Object.values(part.properties)) delete field.title;
  }
  return { ...schema, title: "ServerEvent" };
}

const events = await compile(tighten(await read("events.schema.json")), "", {
  additionalProperties: false,
  bannerComment: "",
});
await writeFile(out("events.gen.ts"), events);
