import { describe, expect, it } from "vitest";
import { activeAt, chapters, locate } from "./timeline";

const segments = [
  { id: "a", url: "/a", offset: 0, duration: 10 },
  { id: "b", url: "/b", offset: 12, duration: null },
];

describe("finding a place in several recordings", () => {
  it.each([
    [0, 0, 0],
    [9.5, 0, 9.5],
    [11, 1, 0],
    [12, 1, 0],
    [30, 1, 18],
  ])("plays %f s from recording %i at %f s", (time, index, local) => {
    expect(locate(segments, time)).toEqual({ index, local });
  });

  it("stays at the end of the last recording", () => {
    const closed = [{ id: "a", url: "/a", offset: 0, duration: 10 }];
    expect(locate(closed, 99)).toEqual({ index: 0, local: 10 });
  });

  it("knows no place where there is no recording", () => {
    expect(locate([], 3)).toBeNull();
  });
});

describe("what is being said", () => {
  const spans = [
    { id: "a", start: 0, end: 2 },
    { id: "b", start: 3, end: 5 },
  ];

  it("is the utterance under the time, and none in a pause", () => {
    expect(activeAt(spans, 1)?.id).toBe("a");
    expect(activeAt(spans, 2.6)).toBeNull();
    expect(activeAt(spans, 2.4, 0.5)?.id).toBe("a");
    expect(activeAt(spans, -1)).toBeNull();
  });
});

describe("chapters", () => {
  it("puts utterances under their question and the rest first", () => {
    const questions = [
      { id: "q2", index: 1 },
      { id: "q1", index: 0 },
    ];
    const said = [
      { id: "u2", question_id: "q2", start: 5, end: 6 },
      { id: "u0", question_id: null, start: 0, end: 1 },
      { id: "u1", question_id: "q1", start: 2, end: 3 },
      { id: "ux", question_id: "gone", start: 9, end: 9 },
    ];
    const parts = chapters(questions, said);
    expect(parts.map(({ question }) => question?.id ?? null)).toEqual([null, "q1", "q2"]);
    expect(parts[0]?.utterances.map(({ id }) => id)).toEqual(["u0", "ux"]);
  });
});
