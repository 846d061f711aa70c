import { Button } from "@mantine/core";
import { useSearchParams } from "react-router";
import type { AuditVerdict } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { LoadError, Loading } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useVerifyAudit } from "../queries";
import { AuditDownload, AuditFilter, useActors } from "./audit-filter";
import { AuditTable } from "./audit-table";
import { KINDS, useAudit, type Wanted } from "./use-audit";

/** The filter lives in the address. */
function useWanted(): [Wanted, (change: Partial<Wanted>) => void] {
  const [query, setQuery] = useSearchParams();
  const read = (name: string) => query.get(name) ?? "";
  const wanted: Wanted = {
    kind: KINDS.find((kind) => kind === read("kind")) ?? "",
    actor: read("actor"),
    case: read("case"),
    since: read("since"),
    until: read("until"),
  };
  const change = (changed: Partial<Wanted>) => {
    const kept = Object.entries({ ...wanted, ...changed }).filter(([, value]) => value !== "");
    setQuery(Object.fromEntries(kept), { replace: true });
  };
  return [wanted, change];
}

export default function AuditPage() {
  const text = useText();
  const { t } = text;
  const [wanted, change] = useWanted();
  const audit = useAudit(wanted);
  const actors = useActors();
  const verify = useVerifyAudit();
  return (
    <>
      <PageHead lead={t("audit.lead")} title={t("audit.title")}>
        <AuditDownload wanted={wanted} />
        <Button
          data-testid="audit-verify"
          loading={verify.isPending}
          onClick={() => verify.mutate()}
        >
          {t("audit.verify")}
        </Button>
      </PageHead>
      <div aria-live="polite" className="notes">
        {verify.data && <Verdict verdict={verify.data} />}
        {verify.error && (
          <Message tone="danger" isUrgent>
            {errorText(text, verify.error)}
          </Message>
        )}
      </div>
      <AuditFilter onChange={change} wanted={wanted} />
      {audit.isPending && <Loading />}
      {audit.error && <LoadError error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.data && <AuditTable actors={actors} events={audit.data.pages.flat()} />}
      {audit.hasNextPage && (
        <Button
          loading={audit.isFetchingNextPage}
          mt="md"
          onClick={() => void audit.fetchNextPage()}
          variant="default"
        >
          {t("audit.more")}
        </Button>
      )}
    </>
  );
}

function Verdict({ verdict }: { readonly verdict: AuditVerdict }) {
  const { t } = useText();
  const { ok, count, head, first_bad } = verdict;
  return (
    <Message tone={ok ? "ok" : "danger"} testId="audit-verdict">
      {ok ? t("audit.ok", { count }) : t("audit.bad", { seq: first_bad ?? "?" })}
      <div className="small break">
        {t("audit.head")}: <code>{head}</code>
      </div>
    </Message>
  );
}
