#pragma once

#include <chrono>
#include <map>

#include <QWidget>

#include "p2p/node/node.h"
#include "ui/theme.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QVBoxLayout;

namespace mutoscope::ui
{

class Button;
class ElidedLabel;
class RulesForm;
class SettingsStore;
class TrackerField;

/// Everything that a person may choose once and for all. Changes hold at once; those that are the window's come as signals and are
/// kept in the SettingsStore, the node keeps its own.
class SettingsPage : public QWidget
{
    Q_OBJECT

public:
    struct Names { ///< in the SettingsStore
        static const QString scheme;
        static const QString readAhead;  ///< seconds
        static const QString lockAfter; ///< minutes; 0: never
        static const QString tray;
    };

    SettingsPage(node::Node& node, SettingsStore& settings, bool hasTray);

    void refresh();

Q_SIGNALS:
    void schemeChosen(mutoscope::ui::Scheme scheme);
    void languageChosen(const QString& language);
    void dailyCapChosen(mutoscope::base::Tokens cap); ///< 0: none
    void approvalChosen(mutoscope::base::Tokens upTo); ///< 0: always ask
    void readAheadChosen(std::chrono::seconds readAhead);
    void lockChosen(std::chrono::minutes after);
    void trayChosen(bool on);
    void keysWanted();
    void firstRunWanted();

private:
    void addGeneral(QVBoxLayout* column);
    void addAccount(QVBoxLayout* column);
    void showAccount();
    void judgeTracker();
    void addWatching(QVBoxLayout* column);
    void addFinding(QVBoxLayout* column);
    void addDesktop(QVBoxLayout* column, bool hasTray);
    void addProgram(QVBoxLayout* column);
    [[nodiscard]] QVBoxLayout* addCard(QVBoxLayout* column, const QString& title);
    void addRow(QVBoxLayout* column, const QString& name, QWidget* field);

    node::Node& m_node;
    SettingsStore& m_settings;
    QComboBox* m_readAhead = nullptr;
    Button* m_lock = nullptr;
    QLabel* m_account = nullptr;
    TrackerField* m_tracker = nullptr;
    QString m_trackerShown; ///< the node's, when it was put into the field
    Button* m_useTracker = nullptr;
    RulesForm* m_rules = nullptr;
    std::map<node::SourceKind, std::pair<QCheckBox*, ElidedLabel*>> m_sources;
};

} // namespace mutoscope::ui
