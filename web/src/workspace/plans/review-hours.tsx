import { Button, NumberInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { workspaceClient } from "../../api/client";
import { unwrap } from "../../api/problem";
import type { Plan } from "../../api/types";
import { useText } from "../../i18n";
import { errorText } from "../../i18n/text";
import { useMay } from "../queries";

const api = workspaceClient();

/** Within how many hours of its end an interview is to be reviewed; may change at any time. */
export function ReviewHours({ plan }: { readonly plan: Plan }) {
  const text = useText();
  const { t } = text;
  const queries = useQueryClient();
  const [hours, setHours] = useState<number | string>(plan.review_hours);
  const canWrite = useMay()("plans.write");
  const save = useMutation({
    mutationFn: (review_hours: number) =>
      unwrap(
        api.PATCH("/api/plans/{plan_id}", {
          params: { path: { plan_id: plan.id } },
          body: { review_hours },
        }),
      ),
    onSuccess: () => queries.invalidateQueries(),
  });
  if (!canWrite)
    return <p className="muted">{t("reviewHours.is", { count: plan.review_hours })}</p>;
  return (
    <form
      className="review-hours"
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof hours === "number") save.mutate(hours);
      }}
    >
      <NumberInput
        allowDecimal={false}
        data-testid="review-hours"
        description={t("reviewHours.hint")}
        error={save.error ? errorText(text, save.error) : undefined}
        label={t("reviewHours.label")}
        max={8760}
        min={1}
        onChange={setHours}
        value={hours}
      />
      <Button
        data-testid="review-hours-save"
        disabled={typeof hours !== "number" || hours === plan.review_hours}
        loading={save.isPending}
        type="submit"
        variant="default"
      >
        {t("reviewHours.save")}
      </Button>
    </form>
  );
}
