// Fails when the candidate's page asks for more than 100 KB of gzipped script.
// Counts what the entry imports, dynamic imports included: the worst a visitor can download.
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const LIMIT = 100 * 1024;
const dist = new URL("../../service/web/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", dist), "utf8"));

function reach(key, seen) {
  if (seen.has(key)) return seen;
  seen.add(key);
  const chunk = manifest[key];
  if (!chunk) throw new Error(`not in the manifest: ${key}`);
  for (const next of [...(chunk.imports ?? []), ...(chunk.dynamicImports ?? [])]) reach(next, seen);
  return seen;
}

async function weigh(entry) {
  let total = 0;
  for (const key of reach(entry, new Set())) {
    const { file } = manifest[key];
    if (file.endsWith(".js")) total += gzipSync(await readFile(new URL(file, dist))).length;
  }
  return total;
}

const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const join = await weigh("join/index.html");
console.log(
  `script, gzip: candidate ${kb(join)} (limit ${kb(LIMIT)}), workspace ${kb(await weigh("hr/index.html"))}`,
);
if (join > LIMIT) {
  console.error("The candidate's page is too heavy.");
  process.exit(1);
}
