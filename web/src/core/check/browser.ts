/** Which browser on which system this is, so that a remedy can name the right menu. */
export type BrowserName = "chrome" | "edge" | "firefox" | "safari" | "samsung" | "opera" | "other";
export type SystemName =
  | "windows"
  | "macos"
  | "ios"
  | "android"
  | "linux"
  | "chromeos"
  | "harmony"
  | "other";

export interface Browser {
  readonly name: BrowserName;
  /** 0 where it is not told. */
  readonly version: number;
  readonly system: SystemName;
  /** The app whose built-in browser this is: many of them give no camera. */
  readonly app: string | null;
}

export interface Nature {
  readonly userAgent: string;
  readonly maxTouchPoints: number;
}

/** Names as people know them are in the texts; the order matters where one contains another. */
const APPS: readonly (readonly [RegExp, string])[] = [
  [/wxwork/i, "wecom"],
  [/MicroMessenger/i, "wechat"],
  [/DingTalk/i, "dingtalk"],
  [/Feishu|Lark\//i, "feishu"],
  [/AlipayClient/i, "alipay"],
  [/Weibo/i, "weibo"],
  [/\bQQ\//, "qq"],
  [/aweme|BytedanceWebview/i, "douyin"],
  [/\bLine\//i, "line"],
  [/FBAN|FBAV|FB_IAB|Messenger/, "facebook"],
  [/Instagram/i, "instagram"],
  [/musical_ly|TikTok/i, "tiktok"],
  [/LinkedInApp/i, "linkedin"],
  [/Snapchat/i, "snapchat"],
  [/KAKAOTALK/i, "kakaotalk"],
  [/; wv\)/, "webview"],
];

const BROWSERS: readonly (readonly [RegExp, BrowserName])[] = [
  [/(?:Edg|EdgA|EdgiOS)\/(\d+)/, "edge"],
  [/SamsungBrowser\/(\d+)/, "samsung"],
  [/(?:OPR|OPiOS)\/(\d+)/, "opera"],
  [/(?:Firefox|FxiOS)\/(\d+)/, "firefox"],
  [/(?:Chrome|CriOS|HeadlessChrome)\/(\d+)/, "chrome"],
  [/Version\/(\d+)[\d.]* .*Safari\//, "safari"],
];

const SYSTEMS: readonly (readonly [RegExp, SystemName])[] = [
  [/iPhone|iPad|iPod/, "ios"],
  [/OpenHarmony|HarmonyOS/, "harmony"],
  [/Android/, "android"],
  [/CrOS/, "chromeos"],
  [/Windows/, "windows"],
  [/Mac OS X|Macintosh/, "macos"],
  [/Linux/, "linux"],
];

export function readBrowser({ userAgent, maxTouchPoints }: Nature): Browser {
  const app = APPS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
  const found = SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? "other";
  // An iPad says that it is a Mac; no Mac has a touch screen.
  const system = found === "macos" && maxTouchPoints > 1 ? "ios" : found;
  for (const [pattern, name] of BROWSERS) {
    const match = pattern.exec(userAgent);
    if (match) return { name, version: Number(match[1] ?? 0), system, app };
  }
  return { name: "other", version: 0, system, app };
}

/** The most special way to name a place first: "safari_ios", "ios", "safari", "any". */
export function variants({ name, system }: Browser): string[] {
  const desk = ["windows", "macos", "linux", "chromeos"].includes(system) ? "desktop" : "mobile";
  return [`${name}_${system}`, `${name}_${desk}`, system, name, desk, "any"];
}
