import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Link } from "react-router";
import type { Trial } from "../../api/types";
import { useText } from "../../i18n";
import { useDates } from "../format";
import { Empty } from "../parts/empty";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useMay } from "../queries";
import { figure } from "./numbers";
import { StartDialog } from "./start-dialog";
import { useTrials } from "./use-trials";

const TONES = { running: "live", passed: "live", stopped: "quiet" } as const;

/** Where the model stands trial beside people, before anything it says may count. */
export default function TrialsPage() {
  const { t } = useText();
  const trials = useTrials();
  const mayStart = useMay()("trials.write");
  const [isOpen, { open, close }] = useDisclosure();
  const start = (
    <Button data-testid="trial-new" onClick={open}>
      {t("trials.start")}
    </Button>
  );
  return (
    <>
      <PageHead lead={t("trials.lead")} title={t("trials.title")}>
        <Button component={Link} data-testid="adoption" to="/adoption" variant="default">
          {t("adoption.title")}
        </Button>
        <Button component={Link} data-testid="calibration" to="/calibration" variant="default">
          {t("calibration.title")}
        </Button>
        {mayStart && start}
      </PageHead>
      <Loaded query={trials}>
        {(list) =>
          list.length === 0 ? (
            <Empty text={t("trials.emptyText")} title={t("trials.emptyTitle")}>
              {mayStart && start}
            </Empty>
          ) : (
            <ul className="cards">
              {list.map((trial) => (
                <TrialCard key={trial.id} trial={trial} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {isOpen && <StartDialog onClose={close} />}
    </>
  );
}

export function TrialState({ state }: { readonly state: Trial["state"] }) {
  const { t } = useText();
  return (
    <span className="state" data-tone={TONES[state]}>
      {t(`trialState.${state}`)}
    </span>
  );
}

function TrialCard({ trial }: { readonly trial: Trial }) {
  const { t } = useText();
  const { date } = useDates();
  const share = Math.min(1, trial.rated / trial.min_n);
  return (
    <li className="card row-link trial-card" data-testid="trial">
      <div className="card-line">
        <h2>
          <Link className="row-target" to={`/trials/${trial.id}`}>
            {trial.name}
          </Link>
        </h2>
        <TrialState state={trial.state} />
      </div>
      <p className="muted small">
        {t(`trialBasis.${trial.basis}`)} ·{" "}
        {t("trials.gateOf", { metric: t(`trialMetric.${trial.metric}`), gate: figure(trial.gate) })}
      </p>
      <div aria-hidden="true" className="progress">
        <div style={{ width: `${share * 100}%` }} />
      </div>
      <p className="small">
        {t("trials.progress", {
          rated: trial.rated,
          sessions: trial.sessions,
          least: trial.min_n,
        })}
      </p>
      <p className="muted small">{t("trials.since", { date: date(trial.created_at) })}</p>
    </li>
  );
}
