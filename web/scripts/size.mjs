// Fails when the candidate's page asks for too much gzipped script: 100 KB to show the first page,
// and a bound on all that the later steps may bring (the check, the review, the receipt).
import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

const LIMIT = 100 * 1024;
const WHOLE = 200 * 1024;
const dist = new URL("../../service/web/", import.meta.url);
const manifest = JSON.parse(await readFile(new URL(".vite/manifest.json", dist), "utf8"));

function reach(key, seen, isWhole) {
  if (seen.has(key)) return seen;
  seen.add(key);
  const chunk = manifest[key];
  if (!chunk) throw new Error(`not in the manifest: ${key}`);
  const later = isWhole ? (chunk.dynamicImports ?? []) : [];
  for (const next of [...(chunk.imports ?? []), ...later]) reach(next, seen, isWhole);
  return seen;
}

async function weigh(entry, isWhole) {
  let total = 0;
  for (const key of reach(entry, new Set(), isWhole)) {
    const { file } = manifest[key];
    if (file.endsWith(".js")) total += gzipSync(await readFile(new URL(file, dist))).length;
  }
  return total;
}

const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const [first, whole] = [
  await weigh("join/index.html", false),
  await weigh("join/index.html", true),
];
const work = await weigh("hr/index.html", true);
console.log(
  `script, gzip: candidate ${kb(first)} (limit ${kb(LIMIT)}), with every later step ${kb(whole)} ` +
    `(limit ${kb(WHOLE)}), workspace ${kb(work)}`,
);
if (first > LIMIT || whole > WHOLE) {
  console.error("The candidate's page is too heavy.");
  process.exit(1);
}
