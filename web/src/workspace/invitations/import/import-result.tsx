import { Button } from "@mantine/core";
import { Link } from "react-router";
import type { ImportResult as Result } from "../../../api/types";
import { useText } from "../../../i18n";
import { Message } from "../../../ui/message";

interface Props {
  readonly result: Result;
  readonly onAgain: () => void;
}

export function ImportResult({ result, onAgain }: Props) {
  const { t } = useText();
  return (
    <section className="stack" data-testid="import-result">
      <Message tone={result.repeated ? "warn" : "ok"}>
        {t(result.repeated ? "bulk.repeated" : "bulk.done", {
          count: result.created,
          left: result.left_out,
        })}
      </Message>
      <p className="muted">{t("bulk.linksHint")}</p>
      <div className="page-actions">
        <Button
          component="a"
          data-testid="import-links"
          download
          href={`/api/invitations/import/${result.import_id}/links`}
        >
          {t("bulk.links")}
        </Button>
        <Button component={Link} to="/invitations" variant="default">
          {t("bulk.back")}
        </Button>
        <Button onClick={onAgain} variant="default">
          {t("bulk.again")}
        </Button>
      </div>
    </section>
  );
}
