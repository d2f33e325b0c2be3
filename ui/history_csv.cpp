#include "ui/history_csv.h"

#include <QDateTime>

#include "p2p/base/encoding.h"
#include "ui/format.h"

using namespace Qt::StringLiterals;

namespace mutoscope::ui
{

namespace
{

/// Spreadsheets calculate what begins with one of these, whoever has written it.
QString harmless(QString text)
{
    if (!text.isEmpty() && u"=+-@\t\r"_s.contains(text.front()))
        text.prepend(u'\'');
    return text;
}

QString field(QString text)
{
    if (text.contains(u'"') || text.contains(u',') || text.contains(u'\n') || text.contains(u'\r'))
        text = u'"' + text.replace(u'"', u"\"\""_s) + u'"';
    return text;
}

QLocale withoutGroups()
{
    QLocale locale = QLocale::c();
    locale.setNumberOptions(QLocale::OmitGroupSeparator);
    return locale;
}

/// "-1.5": no group separators, and a sign that programs know.
QString number(const std::optional<base::Tokens>& amount)
{
    return amount ? formatTokens(*amount, Sign::IfNegative, withoutGroups()).replace(QChar(0x2212), u'-') : QString();
}

template <class Id>
QString hex(const std::optional<Id>& id)
{
    return id ? QString::fromStdString(base::toHex(*id)) : QString();
}

} // namespace

QByteArray historyCsv(const HistoryModel& model)
{
    QString csv = u"time,what,tokens,reserved,came_back,film,label,memo,address,content,contract,entry\r\n"_s;
    for (int each = 0; each < model.rowCount(); ++each) {
        const HistoryRow& row = model.rowAt(each);
        const QStringList fields{QDateTime::fromMSecsSinceEpoch(row.time.value(), Qt::UTC).toString(Qt::ISODate),
                                 harmless(model.what(row)),
                                 number(row.amount),
                                 number(row.reserved),
                                 number(row.returned),
                                 harmless(model.filmOf(row)),
                                 harmless(model.labelOf(row)),
                                 harmless(fromUtf8(row.memo)),
                                 hex(row.counterparty),
                                 hex(row.content),
                                 hex(row.contract),
                                 QString::number(row.entry)};
        QStringList escaped;
        for (const QString& text : fields)
            escaped << field(text);
        csv += escaped.join(u',') + u"\r\n"_s;
    }
    return csv.toUtf8();
}

} // namespace mutoscope::ui
