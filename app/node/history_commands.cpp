#include <set>

#include <QDateTime>
#include <QSettings>

#include "app/node/commands.h"
#include "p2p/control/fields.h"
#include "p2p/wire/amount.h"

// What has moved: shown, exported, labelled. Labels are those of the window, in its file.

namespace mutoscope::app
{

namespace
{

constexpr qsizetype longestLabel = 120;

/// As the window names a line of the history.
QString labelKey(const wire::HistoryEntry& entry)
{
    return entry.contract ? text(base::toHex(*entry.contract)) : QString::number(entry.entry);
}

QString labelsFile(const Task& task)
{
    return QString::fromStdString((task.parts().dataFolder / "window.ini").string());
}

std::string labelOf(const QSettings& labels, const wire::HistoryEntry& entry)
{
    return labels.value(QStringLiteral("labels/") + labelKey(entry)).toString().toStdString();
}

std::string timeOf(const wire::HistoryEntry& entry)
{
    return QDateTime::fromMSecsSinceEpoch(entry.time.value(), Qt::UTC).toString(Qt::ISODate).toStdString();
}

std::string signedAmount(const wire::HistoryEntry& entry)
{
    return (entry.incoming ? "+" : "-") + wire::inWords(entry.amount);
}

void printEntry(const wire::HistoryEntry& entry, const std::string& label)
{
    print(timeOf(entry) + '\t' + signedAmount(entry) + '\t' + std::string(wire::enumName(entry.address)) + '\t' + std::string(wire::enumName(entry.kind)) + '\t' +
          (entry.contract ? base::toHex(*entry.contract).substr(0, 12) : entry.memo) + (label.empty() ? "" : '\t' + label));
}

/// A field of a CSV table, RFC 4180. Spreadsheets calculate what begins with some signs, whoever has written it.
std::string field(std::string value)
{
    if (!value.empty() && std::string_view("=+-@\t\r").find(value.front()) != std::string_view::npos)
        value.insert(0, 1, '\'');
    if (value.find_first_of("\",\n\r") == std::string::npos)
        return value;
    for (std::size_t at = 0; (at = value.find('"', at)) != std::string::npos; at += 2)
        value.insert(at, 1, '"');
    return '"' + value + '"';
}

template <class Id>
std::string hexOf(const std::optional<Id>& id)
{
    return id ? base::toHex(*id) : std::string();
}

/// "-1.5"
std::string plainNumber(const wire::HistoryEntry& entry)
{
    constexpr std::int64_t micro = 1'000'000;
    std::string decimals = std::to_string(entry.amount.value() % micro + micro).substr(1);
    while (decimals.ends_with('0'))
        decimals.pop_back();
    return (entry.incoming ? "" : "-") + std::to_string(entry.amount.value() / micro) + (decimals.empty() ? "" : '.' + decimals);
}

void printCsv(const std::vector<wire::HistoryEntry>& history, const QSettings& labels)
{
    std::string csv = "time,entry,kind,address,tokens,label,memo,counterparty,content,contract\r\n";
    for (const wire::HistoryEntry& entry : history) {
        csv += timeOf(entry) + ',' + std::to_string(entry.entry) + ',' + std::string(wire::enumName(entry.kind)) + ',' + std::string(wire::enumName(entry.address)) +
               ',' + plainNumber(entry) + ',' + field(labelOf(labels, entry)) + ',' + field(entry.memo) + ',' + hexOf(entry.counterparty) + ',' +
               hexOf(entry.content) + ',' + hexOf(entry.contract) + "\r\n";
    }
    std::fwrite(csv.data(), 1, csv.size(), stdout);
    std::fflush(stdout);
}

} // namespace

void showHistory(Task& task)
{
    task.whenWhole([&task] {
        const auto& history = task.snapshot().wallet.history;
        if (!history)
            return task.fail(QStringLiteral("the history is not known: ") + text(task.snapshot().tracker.problem));
        if (!task.snapshot().wallet.historyIsWhole)
            complain(QStringLiteral("there are older movements than these"));
        const QSettings labels(labelsFile(task), QSettings::IniFormat);
        if (task.has("json")) {
            task.printJson(*history);
        } else if (task.has("csv")) {
            printCsv(*history, labels);
        } else {
            for (const wire::HistoryEntry& each : *history)
                printEntry(each, labelOf(labels, each));
        }
        task.end();
    });
}

void labelEntry(Task& task)
{
    task.whenWhole([&task] {
        const auto& history = task.snapshot().wallet.history;
        if (!history)
            return task.fail(QStringLiteral("the history is not known: ") + text(task.snapshot().tracker.problem));
        const QString name = task.argument(0).toLower();
        std::set<QString> keys;
        for (const wire::HistoryEntry& each : *history) {
            const QString key = labelKey(each);
            if (key == name || (each.contract && name.size() >= 8 && key.startsWith(name)))
                keys.insert(key);
        }
        if (keys.size() != 1)
            return task.fail(QStringLiteral("there is no one line '%1' in the history: name it by its number, or by its contract, at least 8 digits of that").arg(name));
        QSettings labels(labelsFile(task), QSettings::IniFormat);
        const QString label = QStringList(task.parts().arguments.mid(1)).join(u' ').simplified().left(longestLabel);
        const QString key = QStringLiteral("labels/") + *keys.begin();
        if (label.isEmpty())
            labels.remove(key);
        else
            labels.setValue(key, label);
        labels.sync();
        if (labels.status() != QSettings::NoError)
            return task.fail(QStringLiteral("%1 can't be written").arg(labelsFile(task)));
        task.end();
    });
}

} // namespace mutoscope::app
