import { describe, expect, it } from "vitest";
import { type Input, type Phase, START, step } from "./machine";

function arrive(...inputs: Input[]): Phase {
  return inputs.reduce(step, START);
}

const fresh: Input = { type: "loaded", state: "invited", recording: null };
const agreed: Input = { type: "consented", recording: true };
const ready: Input = { type: "devices_ready" };

describe("the steps of a sitting", () => {
  it("goes from the notice to the interview and ends", () => {
    expect(arrive(fresh).name).toBe("consent");
    expect(arrive(fresh, agreed).name).toBe("devices");
    expect(arrive(fresh, agreed, ready).name).toBe("connecting");
    expect(arrive(fresh, agreed, ready, { type: "connected" }).name).toBe("live");
    expect(
      arrive(fresh, agreed, ready, { type: "connected" }, { type: "finish" }, { type: "finished" })
        .name,
    ).toBe("done");
  });

  it("comes back to the device check after a reload, with the consent kept", () => {
    expect(arrive({ type: "loaded", state: "live", recording: true }).name).toBe("devices");
  });

  it("ends kindly when recording is refused, and lets people think again", () => {
    const refused = arrive(fresh, { type: "consented", recording: false });
    expect(refused.name).toBe("refused");
    expect(step(refused, { type: "reconsider" }).name).toBe("consent");
  });

  it("reconnects and goes on", () => {
    const lost = arrive(fresh, agreed, ready, { type: "connected" }, { type: "lost", attempt: 2 });
    expect(lost).toEqual({ name: "reconnecting", attempt: 2 });
    expect(step(lost, { type: "connected" }).name).toBe("live");
  });

  it("waits in line and is let in", () => {
    const waiting = arrive(fresh, agreed, ready, { type: "waiting", place: 2 });
    expect(waiting).toEqual({ name: "waiting", place: 2 });
    expect(step(waiting, { type: "lost", attempt: 3 })).toBe(waiting);
    expect(step(waiting, { type: "waiting", place: 1 })).toEqual({ name: "waiting", place: 1 });
    expect(step(waiting, { type: "connected" }).name).toBe("live");
    expect(step(waiting, { type: "failed", code: "invitation_expired" }).name).toBe("failed");
    expect(step({ name: "done" }, { type: "waiting", place: 1 }).name).toBe("done");
  });

  it("does not leave the end because of a late connection loss", () => {
    const finishing = arrive(fresh, agreed, ready, { type: "connected" }, { type: "finish" });
    expect(step(finishing, { type: "lost", attempt: 0 })).toBe(finishing);
    expect(step(finishing, { type: "failed", code: "network" })).toBe(finishing);
  });

  it("returns to the interview when finishing fails", () => {
    const finishing: Phase = { name: "finishing" };
    expect(step(finishing, { type: "finish_failed", connected: true }).name).toBe("live");
    expect(step(finishing, { type: "finish_failed", connected: false }).name).toBe("reconnecting");
  });

  it("tells a used link from an interview that has just ended", () => {
    const used: Input = { type: "failed", code: "invitation_used" };
    expect(step(START, used)).toEqual({ name: "failed", code: "invitation_used" });
    expect(step({ name: "live" }, used).name).toBe("done");
  });

  it("asks again when the consent is missing or too old", () => {
    for (const code of ["consent_missing", "consent_outdated"]) {
      expect(step({ name: "connecting" }, { type: "failed", code }).name).toBe("consent");
    }
  });
});
