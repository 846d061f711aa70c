import { describe, expect, it } from "vitest";
import { addCaption, type Caption } from "./captions";
import type { EventOf } from "./events";

function caption(id: string, start: number, text: string, is_final = false): EventOf<"caption"> {
  return {
    type: "caption",
    session_id: "s",
    utterance_id: id,
    question_id: "q",
    start,
    end: start + 1,
    text,
    is_final,
    status: is_final ? "done" : "pending",
    engine: "e",
    is_fallback: false,
  };
}

const all = (...events: EventOf<"caption">[]) => events.reduce<Caption[]>(addCaption, []);

describe("captions", () => {
  it("replaces partials by later ones and by the final", () => {
    const list = all(caption("a", 0, "I"), caption("a", 0, "I w"), caption("a", 0, "I was.", true));
    expect(list.map(({ text, isFinal }) => [text, isFinal])).toEqual([["I was.", true]]);
  });

  it("does not let a late partial undo a final", () => {
    const list = all(caption("a", 0, "I was.", true), caption("a", 0, "I w"));
    expect(list[0]?.text).toBe("I was.");
  });

  it("lets a better final replace a final", () => {
    const list = all(caption("a", 0, "eye", true), caption("a", 0, "I", true));
    expect(list[0]?.text).toBe("I");
  });

  it("orders by start, not by arrival", () => {
    const list = all(caption("b", 5, "two"), caption("a", 1, "one"));
    expect(list.map(({ id }) => id)).toEqual(["a", "b"]);
  });
});
