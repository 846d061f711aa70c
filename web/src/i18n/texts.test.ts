import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import en from "./en/candidate.json";
import enCheck from "./en/check.json";
import enCommon from "./en/common.json";
import enDesk from "./en/desk.json";
import enPace from "./en/pace.json";
import enRecall from "./en/recall.json";
import enRequests from "./en/requests.json";
import enReview from "./en/review.json";
import enRights from "./en/rights.json";
import enTrials from "./en/trials.json";
import enWork from "./en/workspace.json";
import { type Texts, translator } from "./translator";
import zh from "./zh-CN/candidate.json";
import zhCheck from "./zh-CN/check.json";
import zhCommon from "./zh-CN/common.json";
import zhDesk from "./zh-CN/desk.json";
import zhPace from "./zh-CN/pace.json";
import zhRecall from "./zh-CN/recall.json";
import zhRequests from "./zh-CN/requests.json";
import zhReview from "./zh-CN/review.json";
import zhRights from "./zh-CN/rights.json";
import zhTrials from "./zh-CN/trials.json";
import zhWork from "./zh-CN/workspace.json";

const SOURCE = join(import.meta.dirname, "..");

function flat(texts: Texts, prefix = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") found.set(prefix + key, value);
    else for (const [k, v] of flat(value, `${prefix}${key}.`)) found.set(k, v);
  }
  return found;
}

function source(...folders: string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(SOURCE, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.tsx?$/.test(name) && !/\.(test|gen)\./.test(name))
        .map((name) => readFileSync(join(SOURCE, folder, name), "utf8")),
    )
    .join("\n");
}

/** Groups that code completes itself, as in t(`errors.${code}`); names of form fields aside. */
function groupsIn(code: string): string[] {
  const templates =
    /(?<!getInputProps\(|setFieldValue\(|const key = )`([a-z]\w*(?:\.\w+)*)\.\$\{/gi;
  const words = /wordText\(\s*text,\s*"(\w+)"/g;
  return [templates, words].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => match[1] ?? ""),
  );
}

const PAGES = [
  {
    name: "candidate",
    folders: ["candidate", "ui", "i18n"],
    texts: { ...enCommon, ...en, ...enPace, ...enRecall, ...enCheck, ...enRights },
  },
  {
    name: "workspace",
    folders: ["workspace", "ui", "i18n"],
    texts: { ...enCommon, ...enWork, ...enDesk, ...enReview, ...enRequests, ...enTrials },
  },
];

describe.each([
  ["common", enCommon, zhCommon],
  ["candidate", en, zh],
  ["check", enCheck, zhCheck],
  ["pace", enPace, zhPace],
  ["recall", enRecall, zhRecall],
  ["rights", enRights, zhRights],
  ["requests", enRequests, zhRequests],
  ["workspace", enWork, zhWork],
  ["desk", enDesk, zhDesk],
  ["review", enReview, zhReview],
  ["trials", enTrials, zhTrials],
])("%s texts", (_, english, chinese) => {
  const first = flat(english);
  const second = flat(chinese);

  it("have the same keys in both languages", () => {
    expect([...second.keys()].sort()).toEqual([...first.keys()].sort());
  });

  it("fill in the same values in both languages", () => {
    const holes = (text = "") => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
    for (const [key, text] of first) expect(holes(second.get(key)), key).toEqual(holes(text));
  });

  it("are never empty", () => {
    for (const [key, text] of [...first, ...second]) expect(text.trim(), key).not.toBe("");
  });
});

describe.each(PAGES)("the $name page", ({ folders, texts }) => {
  const code = source(...folders);
  const keys = flat(texts);

  it("uses only keys that exist", () => {
    const used = [...code.matchAll(/\bt\(\s*"([\w.-]+)"/g)].map((match) => match[1] ?? "");
    expect(used.length).toBeGreaterThan(20);
    expect(used.filter((key) => !keys.has(key))).toEqual([]);
  });

  it("uses only groups that exist", () => {
    const missing = groupsIn(code).filter(
      (group) => ![...keys.keys()].some((key) => key.startsWith(`${group}.`)),
    );
    expect(missing).toEqual([]);
  });
});

it("no text is left that no page uses", () => {
  const code = source("candidate", "workspace", "ui", "i18n");
  const dynamic = groupsIn(code).map((group) => `${group}.`);
  const all = [
    ...flat(enCommon).keys(),
    ...flat(en).keys(),
    ...flat(enCheck).keys(),
    ...flat(enPace).keys(),
    ...flat(enRecall).keys(),
    ...flat(enRights).keys(),
    ...flat(enRequests).keys(),
    ...flat(enWork).keys(),
    ...flat(enDesk).keys(),
    ...flat(enReview).keys(),
    ...flat(enTrials).keys(),
  ];
  const unused = all.filter(
    (key) => !code.includes(`"${key}"`) && !dynamic.some((group) => key.startsWith(group)),
  );
  expect(unused).toEqual([]);
});

describe("a translator", () => {
  const { t, exists } = translator("en", { a: { b: "Hello {{name}}, {{name}}" } });

  it("fills in values and shows the key where a text is missing", () => {
    expect(t("a.b", { name: "<b>" })).toBe("Hello <b>, <b>");
    expect(t("a.c")).toBe("a.c");
    expect(exists("a")).toBe(false);
  });

  it("does not find texts on the prototype", () => {
    expect(exists("constructor.name")).toBe(false);
  });
});
