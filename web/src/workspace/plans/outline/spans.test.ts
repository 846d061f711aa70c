import { expect, it } from "vitest";
import { pieces } from "./spans";

const cited = (start: number, end: number, ...questions: number[]) =>
  ({ start, end, kind: "cited", questions }) as const;

it("leaves every letter in place, whatever overlaps", () => {
  const text = "熟悉😀Java，三年经验";
  const found = pieces(text, [cited(2, 9, 0), cited(5, 12, 1), cited(40, 50, 2)]);
  expect(found.map((piece) => piece.text).join("")).toBe(text);
});

it("counts code points, so that a span after an emoji lies right", () => {
  const [, marked] = pieces("😀Java!", [cited(1, 5, 3)]);
  expect(marked).toMatchObject({ text: "Java", kind: "cited", questions: [3] });
});

it("names every question that cites a piece, and lets what was set aside win", () => {
  const aside = { start: 2, end: 4, kind: "aside", questions: [] } as const;
  const found = pieces("abcdef", [cited(0, 3, 0), cited(1, 6, 1), aside]);
  expect(found.map(({ text, kind, questions }) => [text, kind, questions])).toEqual([
    ["a", "cited", [0]],
    ["b", "cited", [0, 1]],
    ["c", "aside", [0, 1]],
    ["d", "aside", [1]],
    ["ef", "cited", [1]],
  ]);
});

it("is one plain piece without spans", () => {
  expect(pieces("abc", [])).toEqual([{ text: "abc", start: 0, kind: null, questions: [] }]);
});
