import { lazy, Suspense, useEffect, useState } from "react";
import type { Phase } from "../core/machine";
import { endedEarly } from "../core/sitting";
import { Brand } from "../ui/brand";
import { LanguageSwitch } from "../ui/language";
import { Devices } from "./devices";
import { Done } from "./done";
import { Failed } from "./failed";
import { Interview } from "./interview-page";
import { Loading } from "./loading";
import { Notice } from "./notice";
import { Refused } from "./refused";
import { type StepName, Steps } from "./steps";
import { ThemeSwitch } from "./theme";
import { linkToken } from "./token";
import { useCaptionsAlways } from "./use-captions-always";
import { useDevices } from "./use-devices";
import { useResume } from "./use-resume";
import { type SittingControls, useSitting } from "./use-sitting";
import { useWriting } from "./use-writing";
import { Waiting } from "./waiting";
import { WriteInstead } from "./write-instead";

const Written = lazy(() => import("./rights/written"));

const STEP: Readonly<Record<Phase["name"], StepName | null>> = {
  loading: null,
  consent: "consent",
  devices: "devices",
  connecting: "live",
  waiting: "live",
  live: "live",
  reconnecting: "live",
  finishing: "live",
  done: "done",
  refused: null,
  failed: null,
};

export function App() {
  const [token] = useState(linkToken);
  return token === null ? <NoLink /> : <Room token={token} />;
}

function NoLink() {
  return (
    <Frame step={null}>
      <Failed code="noLink" />
    </Frame>
  );
}

function Room({ token }: { readonly token: string }) {
  const controls = useSitting(token);
  const { phase } = controls.sitting;
  const step = STEP[phase.name];
  const group = phase.name === "waiting" ? phase.name : (step ?? phase.name);

  // A new step begins at its heading, for eyes and for screen readers alike.
  useEffect(() => {
    if (group === "loading") return;
    window.scrollTo(0, 0);
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [group]);

  return (
    <Frame step={step}>
      <Step controls={controls} token={token} />
    </Frame>
  );
}

interface StepProps {
  readonly controls: SittingControls;
  readonly token: string;
}

function Step({ controls, token }: StepProps) {
  const { phase, view } = controls.sitting;
  const devices = useDevices();
  const isOver = phase.name === "done" || phase.name === "failed" || phase.name === "refused";
  const { stop } = devices;
  const writing = useWriting(controls.sitting);
  useCaptionsAlways(view?.accommodations.captions_always ?? false);
  const isDue = phase.name === "devices" && !writing.isOn;
  useResume(view, devices, { isDue, begin: controls.begin });

  useEffect(() => {
    if (isOver) stop();
  }, [isOver, stop]);

  if (phase.name === "failed") {
    return <Failed code={phase.code} onRetry={() => void controls.load()} />;
  }
  if (phase.name === "done") {
    return <Done isEarly={endedEarly(controls.sitting)} token={token} />;
  }
  if (phase.name === "loading" || !view) return <Loading />;
  if (phase.name === "consent") {
    return <Notice controls={controls} token={token} view={view} />;
  }
  if (writing.isOn) {
    return (
      <Suspense fallback={<Loading />}>
        <Written onBack={writing.leave} onDone={controls.handedIn} token={token} view={view} />
      </Suspense>
    );
  }
  if (phase.name === "refused") {
    return <Refused onReconsider={controls.reconsider} onWrite={writing.begin} token={token} />;
  }
  if (phase.name === "devices") {
    return (
      <>
        <Devices devices={devices} onStart={controls.begin} token={token} view={view} />
        <WriteInstead onWrite={writing.begin} />
      </>
    );
  }
  if (phase.name === "waiting") return <Waiting place={phase.place} />;
  return <Interview controls={controls} devices={devices} view={view} />;
}

interface FrameProps {
  readonly step: StepName | null;
  readonly children: React.ReactNode;
}

function Frame({ step, children }: FrameProps) {
  return (
    <div className="frame">
      <header className="top">
        <Brand />
        {step && <Steps current={step} />}
        <div className="top-tools">
          <LanguageSwitch />
          <ThemeSwitch />
        </div>
      </header>
      <main className="main" data-step={step ?? "other"}>
        {children}
      </main>
    </div>
  );
}
