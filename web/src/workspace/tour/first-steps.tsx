import { Button } from "@mantine/core";
import { Link } from "react-router";
import type { Permission } from "../../api/types";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useInvitations, useMay, usePlans } from "../queries";
import { useQueueCounts } from "../queue/use-queue";

interface Step {
  readonly key: "plan" | "invite" | "review";
  readonly to: string;
  readonly needs: Permission;
  readonly isDone: boolean;
}

/** What to do first, what is done already, and the next thing to do as the one filled button. */
export function FirstSteps() {
  const { t } = useText();
  const may = useMay();
  const plans = usePlans().data?.length ?? 0;
  const invitations = useInvitations().data?.length ?? 0;
  const counts = useQueueCounts({}).data;
  const ended = (counts?.states.closed ?? 0) + (counts?.states.failed ?? 0);
  const all: readonly Step[] = [
    { key: "plan", to: "/plans/new", needs: "plans.write", isDone: plans > 0 },
    { key: "invite", to: "/invitations", needs: "invitations.write", isDone: invitations > 0 },
    {
      key: "review",
      to: "/queue",
      needs: "cases.read",
      isDone: ended > 0 && ended > (counts?.open ?? 0),
    },
  ];
  const steps = all.filter(({ needs }) => may(needs));
  const next = steps.find(({ isDone }) => !isDone)?.key;
  return (
    <ol className="first-steps" data-testid="first-steps">
      {steps.map(({ key, to, isDone }, index) => (
        <li className="card" data-done={isDone || undefined} key={key}>
          <span aria-hidden="true" className="first-steps-mark">
            {isDone ? <Icon name="check" size={18} /> : index + 1}
          </span>
          <div>
            <h2>
              {t(`startTitle.${key}`)}
              {isDone && <span className="visually-hidden"> ({t("start.done")})</span>}
            </h2>
            <p className="muted">{t(`startText.${key}`)}</p>
          </div>
          <Button component={Link} to={to} variant={key === next ? "filled" : "default"}>
            {t(`startAction.${key}`)}
          </Button>
        </li>
      ))}
    </ol>
  );
}
