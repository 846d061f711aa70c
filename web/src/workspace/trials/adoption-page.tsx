import { Select } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { Adoption } from "../../api/types";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { DriftTable } from "./drift-table";
import { bounds, figure, NONE, percent } from "./numbers";
import { useAdoption } from "./use-trials";

const MONTHS = ["1", "3", "6", "12", "24"];
const SHARES = [
  "adoption",
  "evidence_opened",
  "errors_caught",
  "false_alarms",
  "reratings",
] as const;
const BLIND = ["model_blind", "people_blind"] as const;
const FATES = ["accepted", "overridden", "set_aside", "open"] as const;

/** Whether people use what the model proposes, and whether they look before they do. */
export default function AdoptionPage() {
  const { t } = useText();
  const [months, setMonths] = useState("12");
  const report = useAdoption(Number(months));
  return (
    <>
      <Link className="back" to="/trials">
        <Icon name="arrowLeft" />
        {t("trials.back")}
      </Link>
      <PageHead lead={t("adoption.lead")} title={t("adoption.title")}>
        <Select
          allowDeselect={false}
          aria-label={t("adoption.period")}
          data={MONTHS.map((value) => ({ value, label: t("adoption.months", { count: value }) }))}
          onChange={(value) => setMonths(value ?? "12")}
          value={months}
        />
      </PageHead>
      <Loaded query={report}>{(found) => <Report found={found} />}</Loaded>
    </>
  );
}

function Report({ found }: { readonly found: Adoption }) {
  const { t } = useText();
  return (
    <div className="stack" data-testid="adoption-report">
      <Fates fates={found.fates} />
      <div className="tiles">
        {SHARES.map((name) => {
          const { hits, n, share } = found[name];
          return (
            <Tile
              hint={t(`adoptionHint.${name}`)}
              key={name}
              name={t(`adoption.${name}`)}
              note={n === 0 ? t("adoption.nothing") : t("adoption.of", { hits, n })}
              range={name === "reratings" ? "" : bounds(share, percent)}
              value={percent(share.estimate)}
            />
          );
        })}
        {BLIND.map((name) => {
          const { interviews, kappa } = found[name];
          return (
            <Tile
              hint={t(`adoptionHint.${name}`)}
              key={name}
              name={t(`adoption.${name}`)}
              note={t(kappa ? "adoption.interviews" : "adoption.tooFew", { n: interviews })}
              range={kappa ? bounds(kappa) : ""}
              value={kappa ? `κ ${figure(kappa.estimate)}` : NONE}
            />
          );
        })}
      </div>
      <DriftTable rows={found.drift} />
      <p className="muted small">
        {t("adoption.policy", {
          check: percent(found.policy.check_share),
          error: percent(found.policy.error_share),
          rerate: percent(found.policy.rerate_share),
        })}
      </p>
    </div>
  );
}

function Fates({ fates }: { readonly fates: Adoption["fates"] }) {
  const { t } = useText();
  const whole = Math.max(1, fates.proposed);
  return (
    <section className="card">
      <h2>{t("adoption.fates", { count: fates.proposed })}</h2>
      <div aria-hidden="true" className="fates">
        {FATES.map((name) => (
          <span data-fate={name} key={name} style={{ flexGrow: fates[name] / whole }} />
        ))}
      </div>
      <dl className="fates-legend">
        {FATES.map((name) => (
          <div key={name}>
            <dt>
              <span aria-hidden="true" className="fate-dot" data-fate={name} />
              {t(`fate.${name}`)}
            </dt>
            <dd className="strong">{fates[name]}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly range: string;
  readonly note: string;
  readonly hint: string;
}

function Tile({ name, value, range, note, hint }: TileProps) {
  return (
    <section className="card tile">
      <h3>{name}</h3>
      <p className="tile-value">{value}</p>
      <p className="small">
        {note}
        {range && range !== NONE && <span className="muted"> · {range}</span>}
      </p>
      <p className="muted small">{hint}</p>
    </section>
  );
}
