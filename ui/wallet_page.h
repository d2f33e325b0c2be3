#pragma once

#include <QWidget>

#include "p2p/base/clock.h"
#include "p2p/node/node.h"
#include "ui/wallet_dialogs.h"

class QBoxLayout;
class QGridLayout;
class QHBoxLayout;
class QLabel;
class QLineEdit;
class QTableView;
class QVBoxLayout;

namespace mutoscope::ui
{

class Button;
class ElidedLabel;
class HistoryModel;
class KeyLine;
class QrCode;
class SpanChart;
class SettingsStore;

/// What there is, where it can be sent, and what has happened.
class WalletPage : public QWidget
{
    Q_OBJECT

public:
    /// Labels, and whether amounts are hidden, are kept in the settings.
    WalletPage(node::Node& node, const base::Clock& clock, SettingsStore& settings);

    struct Names {
        static constexpr QLatin1StringView labels{"labels"};
        static constexpr QLatin1StringView hideAmounts{"wallet/hideAmounts"};
    };

    void refresh();
    void startAction(WalletDialog::Action action);

Q_SIGNALS:
    void amountsHidden();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    struct Figure {
        QGridLayout* grid = nullptr;
        QLabel* name = nullptr;
        QLabel* amount = nullptr;
        QLabel* note = nullptr;
    };
    struct AddressRow {
        ElidedLabel* address = nullptr;
        Button* copy = nullptr;
        QHBoxLayout* line = nullptr;
    };

    /// What the history's lines are made of.
    struct Shown {
        std::shared_ptr<const std::vector<wire::HistoryEntry>> history;
        bool isWhole = false;
        std::shared_ptr<const std::vector<node::LibraryFilm>> library;
        std::optional<base::Tokens> locked;
        std::string viewing;
        std::size_t seeding = 0;

        bool operator==(const Shown&) const = default;
    };

    Figure addFigure(const QString& name, const QString& objectName);
    AddressRow addAddress(QVBoxLayout* column, const QString& name, const QString& use);
    QWidget* makeAddresses();
    QWidget* makeHistory();
    void present(const Figure& figure, const std::optional<base::Tokens>& amount, const QString& note, bool stale);
    void showHistory();
    void arrange(const Figure& figure, bool narrow);

    void hide(bool hidden);
    void loadLabels();
    /// Of the row that is chosen, where it is a contract.
    void openContract();
    void saveCsv();
    void writeCsv(const QString& path);

    node::Node& m_node;
    SettingsStore& m_settings;
    QBoxLayout* m_figures = nullptr;
    Figure m_available;
    Figure m_locked;
    Figure m_income;
    AddressRow m_spend;
    AddressRow m_ordinary;
    Button* m_closeSpend = nullptr;
    QrCode* m_qr = nullptr;
    Button* m_topUp = nullptr;
    Button* m_send = nullptr;
    Button* m_payOut = nullptr;
    HistoryModel* m_history = nullptr;
    QTableView* m_table = nullptr;
    QLineEdit* m_filter = nullptr;
    Button* m_details = nullptr;
    Button* m_export = nullptr;
    Button* m_hide = nullptr;
    QLabel* m_noHistory = nullptr;
    QLabel* m_moreHistory = nullptr; ///< not all of it is here yet
    std::optional<Shown> m_shown;
    SpanChart* m_chart = nullptr;
    KeyLine* m_key = nullptr;
};

} // namespace mutoscope::ui
