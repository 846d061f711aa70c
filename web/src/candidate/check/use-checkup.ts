import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { candidateClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import { addCaption, type Caption } from "../../core/captions";
import type { NetworkCause } from "../../core/check/causes";
import type { Part } from "../../core/check/diagnostics";
import { bitrate, type Measured, type Reading, weakness } from "../../core/check/network";
import { Probe } from "../../core/check/probe";
import type { ServerEvent } from "../../core/events";
import { WhipClient } from "../../core/whip";
import { browserPeer, toIceServer } from "../peer";

const READINGS = 5;
const EVERY_MS = 1000;

export interface Checkup extends Part {
  readonly cause: NetworkCause | null;
  readonly isConnected: boolean;
  readonly reading: Reading | null;
  readonly measured: Measured | null;
  readonly captions: readonly Caption[];
  readonly engine: "ok" | "missing" | "fallback";
}

export interface CheckupControls extends Checkup {
  readonly facts: () => Pick<Probe, "candidates" | "iceErrors" | "refusal" | "connectMs"> | null;
  readonly again: () => void;
}

const EMPTY: Checkup = {
  state: "unknown",
  cause: null,
  isConnected: false,
  reading: null,
  measured: null,
  captions: [],
  engine: "ok",
};

function withEvent(old: Checkup, event: ServerEvent): Checkup {
  if (event.type === "caption") return { ...old, captions: addCaption(old.captions, event) };
  if (event.type !== "warning") return old;
  if (event.code === "engine_missing") return { ...old, engine: "missing" };
  return event.code === "engine_fallback" ? { ...old, engine: "fallback" } : old;
}

/** Connects the devices to the server's check, measures for some seconds, stays for captions. */
export function useCheckup(stream: MediaStream | null, token: string): CheckupControls {
  const [checkup, setCheckup] = useState<Checkup>(EMPTY);
  const [round, setRound] = useState(0);
  const probe = useRef<Probe | null>(null);
  const client = useMemo(() => candidateClient(token), [token]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each round is a new connection
  useEffect(() => {
    setCheckup(stream ? { ...EMPTY, state: "running" } : EMPTY);
    if (!stream) return;
    const whip = new WhipClient("/api/candidate/check/whip", token, (url, init) =>
      fetch(url, init),
    );
    const iceServers = async () => {
      const view = await unwrap(client.GET("/api/candidate/ice")).catch(() => null);
      return (view?.ice_servers ?? []).map(toIceServer);
    };
    const tools = { ...browserPeer, whip, iceServers, now: () => performance.now() };
    const mine = new Probe(tools, (event) => setCheckup((old) => withEvent(old, event)));
    probe.current = mine;
    let isOver = false;
    const tell = (change: Partial<Checkup>) => {
      if (!isOver) setCheckup((old) => ({ ...old, ...change }));
    };
    void run(mine, stream, tell, () => isOver);
    return () => {
      isOver = true;
      mine.close();
    };
  }, [stream, token, client, round]);

  return {
    ...checkup,
    facts: useCallback(() => probe.current, []),
    again: useCallback(() => setRound((old) => old + 1), []),
  };
}

async function run(
  probe: Probe,
  stream: MediaStream,
  tell: (change: Partial<Checkup>) => void,
  isOver: () => boolean,
): Promise<void> {
  const cause = await probe.open(stream);
  if (cause !== null) {
    probe.close();
    tell({ state: cause === "check_full" ? "warn" : "bad", cause });
    return;
  }
  tell({ isConnected: true });
  const hasVideo = stream.getVideoTracks().length > 0;
  let last = await probe.read();
  let measured: Measured = { best: 0, roundTrip: null, loss: null, isLimited: false };
  for (let count = 0; count < READINGS && !isOver(); count += 1) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    const next = await probe.read();
    if (!next || !last) return;
    measured = {
      best: Math.max(measured.best, bitrate(last, next)),
      roundTrip: next.roundTrip ?? measured.roundTrip,
      loss: next.loss ?? measured.loss,
      isLimited: next.isLimited,
    };
    last = next;
    tell({ reading: next, measured });
  }
  const weak = weakness(measured, hasVideo);
  tell({ state: weak ? "warn" : "ok", cause: weak });
}
