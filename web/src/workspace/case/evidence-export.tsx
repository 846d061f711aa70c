import { Button, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { Message } from "../../ui/message";
import { useMay } from "../queries";

const api = workspaceClient();

async function fetchBundle(session_id: string): Promise<Blob> {
  const call = api.GET("/api/sessions/{session_id}/evidence", {
    params: { path: { session_id } },
    parseAs: "blob",
  });
  return (await unwrap(call)) as Blob;
}

function save(bundle: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(bundle);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The bundle that anybody can check without this server; that it was taken goes on record. */
export function EvidenceExport({ id }: { readonly id: string }) {
  const text = useText();
  const { t } = text;
  const may = useMay();
  const taking = useMutation({
    mutationFn: () => fetchBundle(id),
    onSuccess: (bundle) => save(bundle, `evidence-${id}.zip`),
  });
  if (!may("exports.read")) return null;
  return (
    <Stack
      align="flex-start"
      className="card"
      component="section"
      data-testid="evidence-export"
      gap="sm"
      mb="lg"
    >
      <h3>{t("proof.title")}</h3>
      <p className="muted">{t("proof.lead")}</p>
      <code>python verify_bundle.py evidence-….zip</code>
      {taking.error && (
        <Message isUrgent tone="danger">
          {errorText(text, taking.error)}
        </Message>
      )}
      <Button
        data-testid="evidence-download"
        loading={taking.isPending}
        onClick={() => taking.mutate()}
        variant="default"
      >
        {t("proof.download")}
      </Button>
    </Stack>
  );
}
