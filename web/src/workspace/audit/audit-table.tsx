import { Link } from "react-router";
import type { AuditEvent } from "../../api/types";
import { useText } from "../../i18n";
import { wordText } from "../../i18n/text";
import { shortIds, useDates } from "../format";

interface Props {
  readonly events: readonly AuditEvent[];
  /** Names for those who act; without them the record's own ids stand. */
  readonly actors?: readonly { value: string; label: string }[];
}

export function AuditTable({ events, actors = [] }: Props) {
  const text = useText();
  const { t } = text;
  const { exact } = useDates();
  if (events.length === 0) return <p className="muted">{t("audit.empty")}</p>;
  return (
    <table className="table compact" data-testid="audit">
      <thead>
        <tr>
          {["seq", "at", "tag", "actor", "subject", "detail", "hash"].map((name) => (
            <th key={name} scope="col">
              {t(`audit.${name}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <tr data-tag={event.tag} data-testid="audit-row" key={event.seq}>
            <td data-label={t("audit.seq")}>{event.seq}</td>
            <td className="nowrap" data-label={t("audit.at")}>
              {exact(event.at)}
            </td>
            <td data-label={t("audit.tag")}>
              <span>
                {wordText(text, "event", event.tag.replaceAll(":", "_"))}
                <br />
                <code className="muted">{event.tag}</code>
              </span>
            </td>
            <td className="cell-id" data-label={t("audit.actor")} title={event.actor}>
              {actors.find(({ value }) => value === event.actor)?.label ?? shortIds(event.actor)}
            </td>
            <td className="cell-id" data-label={t("audit.subject")} title={event.subject}>
              {shortIds(event.subject)}
              {event.session_id && actors.length > 0 && (
                <Link className="case-of" to={`/audit?case=${event.session_id}`}>
                  {t("trail.thisCase")}
                </Link>
              )}
            </td>
            <td className="cell-detail" data-label={t("audit.detail")}>
              <Detail detail={event.detail} />
            </td>
            <td data-label={t("audit.hash")}>
              <code title={event.hash}>{shortIds(event.hash)}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Detail({ detail }: { readonly detail: AuditEvent["detail"] }) {
  const entries = Object.entries(detail);
  if (entries.length === 0) return <span className="muted">–</span>;
  return (
    <ul className="details">
      {entries.map(([key, value]) => (
        <li key={key}>
          <span className="muted">{key}</span>{" "}
          {shortIds(typeof value === "string" ? value : JSON.stringify(value))}
        </li>
      ))}
    </ul>
  );
}
