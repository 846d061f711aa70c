import { describe, expect, it } from "vitest";
import { readBrowser, variants } from "./browser";
import { type Circumstances, deviceCause, hindrance } from "./causes";
import { greyOf, PictureJudge } from "./picture";
import { SoundJudge } from "./sound";

const APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const MOBILE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X)";
const ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)";
const read = (userAgent: string, maxTouchPoints = 0) => readBrowser({ userAgent, maxTouchPoints });

describe("the browser", () => {
  it.each([
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
      { name: "edge", version: 141, system: "windows", app: null },
    ],
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
      { name: "chrome", version: 141, system: "linux", app: null },
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
      { name: "firefox", version: 140, system: "macos", app: null },
    ],
    [
      `${MOBILE} ${APPLE} Version/18.1 Mobile/15E148 Safari/604.1`,
      { name: "safari", version: 18, system: "ios", app: null },
    ],
    [
      `${MOBILE} ${APPLE} CriOS/141.0.0.0 Mobile/15E148 Safari/604.1`,
      { name: "chrome", version: 141, system: "ios", app: null },
    ],
    [`${ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`, { name: "samsung" }],
    ["", { name: "other", version: 0, system: "other", app: null }],
  ])("is read from %s", (userAgent, expected) => {
    expect(read(userAgent)).toMatchObject(expected);
  });

  it("knows an iPad that says it is a Mac", () => {
    const agent = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${APPLE} Version/18.1 Safari/605.1.15`;
    expect(read(agent, 5).system).toBe("ios");
    expect(read(agent, 0).system).toBe("macos");
  });

  it.each([
    [`${MOBILE} ${APPLE} Mobile/15E148 MicroMessenger/8.0.53`, "wechat"],
    [`${ANDROID} Chrome/120.0 Mobile Safari/537.36 wxwork/4.1 MicroMessenger/7.0`, "wecom"],
    [`${ANDROID} Chrome/120.0 Mobile Safari/537.36 AliApp(DingTalk/7.6)`, "dingtalk"],
    [`${ANDROID} Chrome/120.0 Mobile Safari/537.36 Lark/7.3 Feishu`, "feishu"],
    [`${MOBILE} ${APPLE} Mobile/15E148 Safari Line/14.1`, "line"],
    [`${MOBILE} ${APPLE} Mobile/15E148 [FBAN/FBIOS;FBAV/480.0]`, "facebook"],
    [`${MOBILE} ${APPLE} Mobile/15E148 Instagram 350.0`, "instagram"],
    [`${ANDROID} Version/4.0 Chrome/120.0 Mobile Safari/537.36; wv)`, "webview"],
  ])("sees the app around it in %s", (userAgent, app) => {
    expect(read(userAgent).app).toBe(app);
  });

  it("names the most special remedy first", () => {
    const browser = read(`${ANDROID} Chrome/141.0 Mobile Safari/537.36`);
    expect(variants(browser)).toEqual([
      "chrome_android",
      "chrome_mobile",
      "android",
      "chrome",
      "mobile",
      "any",
    ]);
  });
});

describe("why camera and microphone do not start", () => {
  const now: Circumstances = {
    isSecure: true,
    hasDevices: true,
    isInApp: false,
    isAllowed: true,
    wantsCamera: true,
    cameras: 1,
    microphones: 1,
  };

  it.each([
    ["NotAllowedError", "Permission denied", {}, "denied"],
    ["NotAllowedError", "Permission denied by system", {}, "denied_system"],
    ["NotAllowedError", "Permission dismissed", {}, "dismissed"],
    ["NotAllowedError", "", { isAllowed: false }, "policy"],
    ["NotAllowedError", "", { isInApp: true }, "in_app"],
    ["NotFoundError", "", {}, "not_found"],
    ["NotFoundError", "", { cameras: 0 }, "no_camera"],
    ["NotFoundError", "", { cameras: 0, wantsCamera: false }, "not_found"],
    ["NotFoundError", "", { cameras: 0, microphones: 0 }, "no_microphone"],
    ["NotReadableError", "", {}, "in_use"],
    ["OverconstrainedError", "", {}, "constraints"],
    ["AbortError", "", {}, "aborted"],
    ["SecurityError", "", { isSecure: false }, "insecure"],
    ["SecurityError", "", {}, "policy"],
    ["SomethingNewError", "", {}, "unknown"],
  ])("tells %s (%s, %o)", (name, message, differently, cause) => {
    expect(deviceCause({ name, message }, { ...now, ...differently })).toBe(cause);
  });

  it("survives an error that is none", () => {
    expect(deviceCause(null, now)).toBe("unknown");
    expect(deviceCause("denied", now)).toBe("unknown");
  });

  it("knows beforehand where asking cannot help", () => {
    const none = { ...now, hasDevices: false };
    expect(hindrance(now)).toBeNull();
    expect(hindrance({ ...none, isSecure: false })).toBe("insecure");
    expect(hindrance({ ...none, isInApp: true })).toBe("in_app");
    expect(hindrance(none)).toBe("unsupported");
  });
});

describe("a microphone", () => {
  it.each([
    ["nothing at all", 0, "silent_mic"],
    ["hardly anything", 0.3, "quiet_mic"],
  ])("that gives %s is told after six seconds", (_, level, cause) => {
    const judge = new SoundJudge(0);
    expect(judge.hear(level, false, 5.9).state).toBe("listening");
    expect(judge.hear(level, false, 6)).toEqual({ state: "problem", cause });
  });

  it("that was heard once is fine from then on", () => {
    const judge = new SoundJudge(0);
    judge.hear(0.8, false, 1);
    expect(judge.hear(0, false, 60).state).toBe("heard");
    expect(judge.peak).toBe(0.8);
  });

  it("that is muted at its source is told at once", () => {
    expect(new SoundJudge(0).hear(0, true, 0.1).cause).toBe("muted_mic");
  });
});

describe("a camera", () => {
  const flat = (value: number) => greyOf(Array<number>(400).fill(value));

  it("is black only after two seconds of darkness", () => {
    const judge = new PictureJudge();
    const looks = [3, 3, 4, 3].map((value) => judge.look(flat(value), false));
    expect(looks).toEqual([null, null, null, "black_camera"]);
    expect(judge.look(flat(120), false)).toBeNull();
  });

  it("is frozen when not a single value changes for four seconds", () => {
    const judge = new PictureJudge();
    const looks = Array.from({ length: 9 }, () => judge.look(flat(90), false));
    expect(looks.slice(0, 8)).toEqual(Array(8).fill(null));
    expect(looks[8]).toBe("frozen_camera");
    expect(judge.look(flat(91), false)).toBeNull();
  });

  it("counts a dim room with a lamp in it as a picture", () => {
    const judge = new PictureJudge();
    const pixels = Array<number>(400).fill(4).fill(255, 0, 40);
    for (let i = 0; i < 6; i += 1) {
      pixels[100] = i;
      expect(judge.look(greyOf(pixels), false)).toBeNull();
    }
  });

  it("that is muted at its source is told at once", () => {
    expect(new PictureJudge().look(flat(90), true)).toBe("muted_camera");
  });
});
