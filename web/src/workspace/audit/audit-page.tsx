import { Button } from "@mantine/core";
import type { AuditVerdict } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { LoadError, Loading } from "../parts/load-state";
import { PageHead } from "../parts/page-head";
import { useAudit, useVerifyAudit } from "../queries";
import { AuditTable } from "./audit-table";

export default function AuditPage() {
  const text = useText();
  const { t } = text;
  const audit = useAudit();
  const verify = useVerifyAudit();
  return (
    <>
      <PageHead lead={t("audit.lead")} title={t("audit.title")}>
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
      {audit.isPending && <Loading />}
      {audit.error && <LoadError error={audit.error} onRetry={() => void audit.refetch()} />}
      {audit.data && <AuditTable events={audit.data.pages.flat()} />}
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
