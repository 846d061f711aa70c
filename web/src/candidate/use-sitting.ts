import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from "react";
import { candidateClient } from "../api/client";
import { ApiProblem, unwrap } from "../api/problem";
import type { Interview, Purposes } from "../api/types";
import { readClock } from "../core/clock";
import type { EventOf } from "../core/events";
import type { Safety } from "../core/journal-keeper";
import { Link, type LinkEvent } from "../core/link";
import { EMPTY, reduce, type Sitting } from "../core/sitting";
import { WhipClient } from "../core/whip";
import { chooseLocale, chosenLocale, isLocale } from "../i18n";
import { thriftyPeer, toIceServer } from "./peer";
import { useJournal, useLeftOver } from "./use-journal";
import { useOneTab } from "./use-one-tab";

export interface SittingControls {
  readonly sitting: Sitting;
  readonly error: unknown;
  readonly isBusy: boolean;
  readonly load: () => Promise<void>;
  readonly consent: (purposes: Purposes, locale: string) => Promise<void>;
  readonly reconsider: () => void;
  readonly begin: (stream: MediaStream) => void;
  readonly replaceTrack: (track: MediaStreamTrack) => void;
  readonly next: () => Promise<void>;
  readonly finish: () => Promise<void>;
  /** Answers in writing were handed in: this is how things stand. */
  readonly handedIn: (view: Interview) => void;
  readonly quiet: () => void;
}

function codeOf(error: unknown): string {
  return error instanceof ApiProblem ? error.code : "internal";
}

/** The sitting and everything that can be done to it; owns the connection. */
export function useSitting(token: string): SittingControls {
  const [sitting, dispatch] = useReducer(reduce, EMPTY);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const client = useMemo(() => candidateClient(token), [token]);
  const link = useRef<Link | null>(null);
  const isConnected = useRef(false);
  const questionId = sitting.questionId;
  const tellSafety = useCallback((safety: Safety) => dispatch({ type: "safety", safety }), []);
  const journal = useJournal(token, sitting.view?.session_id, tellSafety);
  useLeftOver(token, sitting.view?.session_id, sitting.phase.name === "done");

  const guarded = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  }, []);

  const load = useCallback(async () => {
    try {
      const view = await unwrap(client.GET("/api/candidate/interview"));
      if (!chosenLocale() && isLocale(view.locale)) chooseLocale(view.locale, false);
      dispatch({ type: "view", view });
    } catch (problem) {
      dispatch({ type: "input", input: { type: "failed", code: codeOf(problem) } });
    }
  }, [client]);

  useEffect(() => void load(), [load]);

  const consent = (purposes: Purposes, locale: string) =>
    guarded(async () => {
      const version = sitting.view?.notice.version;
      if (!version || !isLocale(locale)) return;
      const body = { notice_version: version, locale, purposes };
      try {
        const view = await unwrap(client.POST("/api/candidate/consent", { body }));
        dispatch({ type: "view", view });
        const recording = view.consent?.purposes.recording ?? false;
        dispatch({ type: "input", input: { type: "consented", recording } });
      } catch (problem) {
        if (codeOf(problem) === "consent_outdated") await load();
        throw problem;
      }
    });

  const { connected, note } = journal;
  const onPong = useCallback(
    ({ t, clock }: EventOf<"pong">) => {
      if (!clock) return;
      note(clock.at, t);
      dispatch({ type: "clock", clock: readClock(clock, t, Date.now()) });
    },
    [note],
  );
  const onLink = useCallback(
    (event: LinkEvent) => {
      if (event.type === "message") {
        if (event.event.type === "pong") return onPong(event.event);
        return dispatch({ type: "event", event: event.event });
      }
      isConnected.current = event.type === "connected";
      connected(isConnected.current);
      if (event.type === "fatal") {
        return dispatch({ type: "input", input: { type: "failed", code: event.code } });
      }
      dispatch({ type: "input", input: event });
    },
    [connected, onPong],
  );

  const begin = (stream: MediaStream) => {
    const whip = new WhipClient("/api/candidate/whip", token, (url, init) => fetch(url, init));
    const iceServers = async (): Promise<RTCIceServer[]> => {
      const view = await unwrap(client.GET("/api/candidate/ice")).catch(() => null);
      return (view?.ice_servers ?? []).map(toIceServer);
    };
    const sent = { stream, tracks: stream.getTracks(), faces: sitting.view?.faces ?? false };
    link.current = new Link(sent, { ...thriftyPeer, whip, iceServers }, onLink);
    dispatch({ type: "input", input: { type: "devices_ready" } });
    const running = link.current;
    // Only where recording is agreed to does anybody come this far.
    void journal.begin(stream.getTracks(), () => running.isStrained());
    void running.run();
  };

  const next = () =>
    guarded(async () => {
      if (!questionId) return;
      const body = { question_id: questionId };
      try {
        const answer = await unwrap(client.POST("/api/candidate/advance", { body }));
        if (answer.question) dispatch({ type: "asked", questionId: answer.question.id });
        link.current?.hurry(); // the new question's clock at once
      } catch (problem) {
        // Another tab went on: show where the interview really stands.
        if (codeOf(problem) === "question_mismatch") await load();
        throw problem;
      }
    });

  const finish = () =>
    guarded(async () => {
      dispatch({ type: "input", input: { type: "finish" } });
      try {
        await journal.complete();
        await unwrap(client.POST("/api/candidate/finish"));
      } catch (problem) {
        if (codeOf(problem) !== "session_over") {
          const connected = isConnected.current;
          dispatch({ type: "input", input: { type: "finish_failed", connected } });
          throw problem;
        }
      }
      await journal.clear();
      dispatch({ type: "input", input: { type: "finished" } });
    });

  const taken = useCallback(
    () => dispatch({ type: "input", input: { type: "failed", code: "elsewhere" } }),
    [],
  );
  useLinkLife(link, sitting.phase.name);
  useOneTab(sitting.view?.session_id, isRunning(sitting.phase.name), taken);

  return {
    sitting,
    error,
    isBusy,
    load,
    consent,
    reconsider: () => dispatch({ type: "input", input: { type: "reconsider" } }),
    begin,
    replaceTrack: (track) => {
      journal.replace(track);
      void link.current?.replace(track);
    },
    next,
    finish,
    handedIn: (view) => {
      dispatch({ type: "view", view });
      dispatch({ type: "input", input: { type: "finished" } });
    },
    quiet: useCallback(() => dispatch({ type: "quiet" }), []),
  };
}

function isRunning(phase: string): boolean {
  return ["connecting", "waiting", "live", "reconnecting"].includes(phase);
}

/** Ends the connection with the sitting, lets go of it when the page leaves, warns before. */
function useLinkLife(link: { readonly current: Link | null }, phase: string): void {
  const isOver = phase === "done" || phase === "failed" || phase === "refused";
  const running = isRunning(phase);

  useEffect(() => {
    if (isOver) link.current?.stop();
  }, [isOver, link]);

  useEffect(() => {
    if (!running) return;
    const hurry = () => link.current?.hurry();
    const leave = () => link.current?.stop();
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("online", hurry);
    window.addEventListener("pagehide", leave);
    window.addEventListener("beforeunload", ask);
    return () => {
      window.removeEventListener("online", hurry);
      window.removeEventListener("pagehide", leave);
      window.removeEventListener("beforeunload", ask);
    };
  }, [running, link]);
}
