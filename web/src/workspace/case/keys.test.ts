import { describe, expect, it } from "vitest";
import { ACTIONS, actionOf, keyName } from "./keys";

const pressed = (key: string, more: object = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  target: null,
  ...more,
});

describe("the review's shortcuts", () => {
  it("give no key to two actions", () => {
    const keys = ACTIONS.flatMap(({ keys: own }) => [...own]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("find each action by its keys", () => {
    for (const { id, keys } of ACTIONS)
      for (const key of keys) expect(actionOf(pressed(key))).toBe(id);
    expect(actionOf(pressed("z"))).toBeNull();
  });

  it("leave the browser its own", () => {
    expect(actionOf(pressed("a", { ctrlKey: true }))).toBeNull();
    expect(actionOf(pressed("c", { metaKey: true }))).toBeNull();
    expect(actionOf(pressed("d", { altKey: true }))).toBeNull();
  });

  it("are written as on a keyboard", () => {
    expect([" ", "ArrowLeft", "j", "?"].map(keyName)).toEqual(["␣", "←", "J", "?"]);
  });
});
