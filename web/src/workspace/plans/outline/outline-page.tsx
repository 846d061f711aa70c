import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { workspaceClient } from "../../../api/client";
import { unwrap } from "../../../api/problem";
import type { OutlineBody } from "../../../api/types";
import { useText } from "../../../i18n";
import { Icon } from "../../../ui/icons";
import { PageHead } from "../../parts/page-head";
import { OutlineForm } from "./outline-form";
import { OutlineResult } from "./outline-result";

const api = workspaceClient();

/** From an advert (and a CV) to questions that cite it. Neither text is stored. */
export default function OutlinePage() {
  const { t } = useText();
  const [asked, setAsked] = useState<OutlineBody | null>(null);
  const draft = useMutation({
    mutationFn: (body: OutlineBody) => unwrap(api.POST("/api/plans/outline", { body })),
    onMutate: setAsked,
  });
  return (
    <>
      <Link className="back" to="/plans/new">
        <Icon name="arrowLeft" />
        {t("planForm.title")}
      </Link>
      <PageHead lead={t("outline.lead")} title={t("outline.title")} />
      {draft.data && asked ? (
        <OutlineResult
          description={asked.description}
          onBack={draft.reset}
          outline={draft.data}
          resume={asked.resume ?? ""}
        />
      ) : (
        <OutlineForm
          error={draft.error}
          given={asked}
          isBusy={draft.isPending}
          onDraft={draft.mutate}
        />
      )}
    </>
  );
}
