/**
 * What somebody who helps needs to know, and nothing about the person: no names of devices, no ids,
 * no addresses, no link, and the browser's version instead of its whole user agent.
 */
import type { Browser } from "./browser";
import type { Cause } from "./causes";
import type { Measured, Reading } from "./network";

type State = "unknown" | "running" | "ok" | "warn" | "bad";

export interface Part {
  readonly state: State;
  readonly cause: Cause | null;
}

export interface Findings {
  readonly browser: Browser;
  readonly locale: string;
  readonly features: Readonly<Record<string, boolean>>;
  readonly devices: Readonly<Record<string, number>>;
  readonly camera: Part & { readonly settings: MediaTrackSettings | null };
  readonly microphone: Part & { readonly peak: number };
  readonly caption: Part;
  readonly speaker: Part;
  readonly network: Part & {
    readonly reading: Reading | null;
    readonly measured: Measured | null;
    readonly candidates: Readonly<Record<string, number>>;
    readonly iceErrors: readonly number[];
    readonly refusal: string | null;
    readonly connectMs: number | null;
  };
}

const round = (value: number | null | undefined, digits = 0) =>
  value === null || value === undefined ? null : Number(value.toFixed(digits));

/** A JSON document with a fixed set of fields; what is not named here does not leave. */
export function bundle(found: Findings): string {
  const { browser, camera, microphone, network } = found;
  const { reading, measured } = network;
  const document = {
    what: "candor device check",
    format: 1,
    browser: browser.name,
    version: browser.version,
    system: browser.system,
    in_app: browser.app,
    locale: found.locale,
    features: found.features,
    devices: found.devices,
    camera: {
      state: camera.state,
      cause: camera.cause,
      width: camera.settings?.width ?? null,
      height: camera.settings?.height ?? null,
      frames_per_second: round(camera.settings?.frameRate),
    },
    microphone: {
      state: microphone.state,
      cause: microphone.cause,
      peak: round(microphone.peak, 2),
    },
    caption: { state: found.caption.state },
    speaker: { state: found.speaker.state },
    network: {
      state: network.state,
      cause: network.cause,
      refusal: network.refusal,
      connect_ms: round(network.connectMs),
      local: reading?.local || null,
      remote: reading?.remote || null,
      protocol: reading?.protocol || null,
      relay_protocol: reading?.relayProtocol || null,
      round_trip_ms: round(measured?.roundTrip == null ? null : measured.roundTrip * 1000),
      loss_percent: round(measured?.loss == null ? null : measured.loss * 100, 1),
      sent_kbit_s: round(measured ? measured.best / 1000 : null),
      candidates: network.candidates,
      ice_errors: network.iceErrors,
    },
  };
  return JSON.stringify(document, null, 2);
}
