import { ActionIcon, Menu } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link } from "react-router";
import { useText } from "../../i18n";
import { useMay } from "../queries";
import { markSeen, onStart, startTour } from "./steps";
import { Tour } from "./tour";

/** The way back to the tour and to the first steps, from every page. */
export function HelpMenu() {
  const { t } = useText();
  const [isOpen, setOpen] = useState(false);
  const canTour = useMay()("cases.read");
  useEffect(() => onStart(() => setOpen(true)), []);
  const close = () => {
    markSeen();
    setOpen(false);
  };
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon
            aria-label={t("tour.help")}
            data-testid="help"
            radius="xl"
            size={38}
            variant="default"
          >
            ?
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {canTour && (
            <Menu.Item data-testid="help-tour" onClick={startTour}>
              {t("tour.start")}
            </Menu.Item>
          )}
          <Menu.Item component={Link} data-testid="help-steps" to="/start">
            {t("start.title")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isOpen && <Tour onClose={close} />}
    </>
  );
}
