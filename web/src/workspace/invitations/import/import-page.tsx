import { Button } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import type { ImportQuery } from "../../../api/types";
import { useText } from "../../../i18n";
import { errorText } from "../../../i18n/text";
import { Message } from "../../../ui/message";
import { Loaded } from "../../parts/load-state";
import { PageHead } from "../../parts/page-head";
import { usePlans } from "../../queries";
import { type Columns, ImportColumns } from "./import-columns";
import { ImportForm } from "./import-form";
import { ImportReport } from "./import-report";
import { ImportResult } from "./import-result";
import { type Upload, useCheckImport, useConfirmImport } from "./use-import";

/** A file, what it would do, and only then the doing. */
export default function ImportPage() {
  const text = useText();
  const { t } = text;
  const plans = usePlans();
  const check = useCheckImport();
  const confirm = useConfirmImport();
  const [upload, setUpload] = useState<Upload | null>(null);

  const look = (next: Upload) => {
    setUpload(next);
    confirm.reset();
    check.mutate(next);
  };
  const startAgain = () => {
    setUpload(null);
    check.reset();
    confirm.reset();
  };
  // Whatever was told so far stays; a told column replaces the guess.
  const tell = (columns: Partial<Columns>) => {
    if (upload) look({ ...upload, query: { ...upload.query, ...columns } });
  };
  const invite = (leaveOut: boolean, digest: string) => {
    if (!upload) return;
    const query: ImportQuery = { ...upload.query, leave_out_errors: leaveOut };
    if (leaveOut === (upload.query.leave_out_errors ?? false)) {
      confirm.mutate({ file: upload.file, query, digest });
      return;
    }
    // Leaving rows out is another import: it is checked as such before it is confirmed.
    check.mutate(
      { file: upload.file, query },
      { onSuccess: (again) => confirm.mutate({ file: upload.file, query, digest: again.digest }) },
    );
  };

  return (
    <>
      <PageHead lead={t("bulk.lead")} title={t("bulk.title")}>
        <Button component={Link} to="/invitations" variant="default">
          {t("bulk.back")}
        </Button>
      </PageHead>
      {confirm.data ? (
        <ImportResult onAgain={startAgain} result={confirm.data} />
      ) : (
        <div className="stack">
          <Loaded query={plans}>
            {(list) =>
              list.length > 0 ? (
                <ImportForm isBusy={check.isPending} onCheck={look} plans={list} />
              ) : (
                <Link to="/plans/new">{t("invitations.needPlan")}</Link>
              )
            }
          </Loaded>
          {(check.error ?? confirm.error) && (
            <Message tone="danger" isUrgent testId="import-error">
              {errorText(text, check.error ?? confirm.error)}
            </Message>
          )}
          {check.data && (
            <>
              <ImportColumns onTell={tell} report={check.data} />
              <ImportReport
                isBusy={confirm.isPending || check.isPending}
                onConfirm={invite}
                report={check.data}
              />
            </>
          )}
        </div>
      )}
    </>
  );
}
