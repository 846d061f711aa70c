import { Button, Menu } from "@mantine/core";
import { useState } from "react";
import { useText } from "../../i18n";
import { Icon } from "../../ui/icons";
import { useMay } from "../queries";
import { LinksDialog } from "./links-dialog";

/** Taking a case away as a file, or showing it to one person by a link. */
export function HandOut({ caseId }: { readonly caseId: string }) {
  const { t, language } = useText();
  const may = useMay();
  const [isSharing, setSharing] = useState(false);
  const mayExport = may("exports.read");
  const mayLink = may("links.write");
  if (!mayExport && !mayLink) return null;
  const url = (form: string) =>
    `/api/review/cases/${caseId}/export?${new URLSearchParams({ form, locale: language })}`;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            data-testid="hand-out"
            leftSection={<Icon name="download" size={18} />}
            size="xs"
            variant="default"
          >
            {t("out.open")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {mayExport &&
            (["pdf", "json", "csv"] as const).map((form) => (
              <Menu.Item
                component="a"
                data-testid={`export-${form}`}
                download
                href={url(form)}
                key={form}
              >
                {t(`out.${form}`)}
              </Menu.Item>
            ))}
          {mayExport && mayLink && <Menu.Divider />}
          {mayLink && (
            <Menu.Item data-testid="share" onClick={() => setSharing(true)}>
              {t("out.share")}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isSharing && <LinksDialog caseId={caseId} onClose={() => setSharing(false)} />}
    </>
  );
}
