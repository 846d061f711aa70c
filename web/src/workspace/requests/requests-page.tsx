import "./texts";
import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { OfficeContest, OfficeRequest } from "../../api/types";
import { useText } from "../../i18n";
import { useDates } from "../format";
import { Loaded } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useMay } from "../queries";
import { DeedButton } from "./deed-button";
import { DeedDialog, type Wanted } from "./deed-dialog";
import { useContests, useRequests } from "./use-requests";

/** What candidates object to and ask for; what waits the longest comes first. */
export default function RequestsPage() {
  const { t } = useText();
  const may = useMay();
  const mayRead = may("cases.read");
  const contests = useContests(mayRead);
  const requests = useRequests();
  const [wanted, setWanted] = useState<Wanted | null>(null);
  return (
    <>
      <PageHead lead={t("requests.lead")} title={t("requests.title")} />
      {mayRead && (
        <section aria-labelledby="contests-title">
          <h2 id="contests-title">{t("requests.contests")}</h2>
          <Loaded query={contests}>{(list) => <Contests list={list} onWant={setWanted} />}</Loaded>
        </section>
      )}
      <section aria-labelledby="requests-title">
        <h2 id="requests-title">{t("requests.requests")}</h2>
        <Loaded query={requests}>{(list) => <Requests list={list} onWant={setWanted} />}</Loaded>
      </section>
      {wanted && <DeedDialog onClose={() => setWanted(null)} wanted={wanted} />}
    </>
  );
}

interface ContestsProps {
  readonly list: readonly OfficeContest[];
  readonly onWant: (wanted: Wanted) => void;
}

function Contests({ list, onWant }: ContestsProps) {
  const { t } = useText();
  const { date } = useDates();
  const may = useMay();
  if (list.length === 0) return <p className="muted">{t("requests.none")}</p>;
  return (
    <ul className="plain-list" data-testid="contests">
      {list.map((one) => (
        <li className="card" data-testid="contest" key={one.id}>
          <p>
            <strong>{one.candidate_name}</strong> · {one.job} · {t(`requests.kind.${one.kind}`)}
          </p>
          {one.text && <blockquote>{one.text}</blockquote>}
          <p className="muted small">{t("requests.due", { day: date(one.due_at) })}</p>
          <div className="page-actions">
            {may("decisions.write") && (
              <DeedButton name="answer" onWant={() => onWant({ name: "answer", of: one })} />
            )}
            <Button component={Link} size="sm" to={`/cases/${one.session_id}`} variant="default">
              {t("requests.case")}
            </Button>
          </div>
        </li>
      ))}
    </ul>
  );
}

interface RequestsProps {
  readonly list: readonly OfficeRequest[];
  readonly onWant: (wanted: Wanted) => void;
}

function Requests({ list, onWant }: RequestsProps) {
  const { t } = useText();
  const { date } = useDates();
  const may = useMay();
  const mayErase = may("erasure.write");
  if (list.length === 0) return <p className="muted">{t("requests.none")}</p>;
  return (
    <ul className="plain-list" data-testid="requests">
      {list.map((one) => (
        <li className="card" data-testid={`request-${one.kind}`} key={one.id}>
          <p>
            <strong>{one.candidate_name}</strong> · {one.job} · {t(`requests.kind.${one.kind}`)}
          </p>
          <p className="muted small">
            {one.kind === "copy"
              ? t("requests.byItself")
              : t("requests.due", { day: date(one.due_at) })}
          </p>
          <div className="page-actions">
            {one.kind === "erasure" && mayErase && (
              <DeedButton name="erase" onWant={() => onWant({ name: "erase", of: one })} />
            )}
            {one.kind === "conversation" && may("invitations.write") && (
              <DeedButton name="settle" onWant={() => onWant({ name: "settle", of: one })} />
            )}
            {mayErase && (
              <DeedButton name="decline" onWant={() => onWant({ name: "decline", of: one })} />
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
