import { describe, expect, it } from "vitest";
import { parseEvent } from "./events";

const caption = {
  type: "caption",
  session_id: "s",
  utterance_id: "u",
  question_id: null,
  start: 1,
  end: 2,
  text: "hello",
  is_final: false,
  status: "pending",
  engine: null,
  is_fallback: false,
};

describe("messages from outside", () => {
  it("takes a caption", () => {
    expect(parseEvent(JSON.stringify(caption))).toEqual(caption);
  });

  it("takes fields that a newer server adds", () => {
    expect(parseEvent(JSON.stringify({ ...caption, speaker: 1 }))).not.toBeNull();
  });

  it.each([
    ["no JSON", "{"],
    ["a number", "5"],
    ["null", "null"],
    ["an array", "[]"],
    ["no type", "{}"],
    ["an unknown type", '{"type":"alert"}'],
    ["a type out of the prototype", '{"type":"constructor"}'],
    ["a type that is no text", '{"type":{"toString":1}}'],
    ["a field of the wrong kind", JSON.stringify({ ...caption, text: { html: "<b>" } })],
    ["a missing field", JSON.stringify({ ...caption, is_final: undefined })],
    ["a time that is not finite", JSON.stringify(caption).replace('"start":1', '"start":1e999')],
    ["an unknown status", JSON.stringify({ ...caption, status: "evil" })],
  ])("refuses %s", (_, raw) => {
    expect(parseEvent(raw)).toBeNull();
  });

  it("refuses what is not text, and what is too long", () => {
    expect(parseEvent(new ArrayBuffer(4))).toBeNull();
    expect(parseEvent(JSON.stringify({ ...caption, text: "a".repeat(70_000) }))).toBeNull();
  });
});
