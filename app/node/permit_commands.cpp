#include <QDate>
#include <QDateTime>
#include <QFileInfo>

#include "app/node/commands.h"
#include "p2p/base/file.h"
#include "p2p/control/fields.h"
#include "p2p/discovery/content_link.h"
#include "p2p/wire/permit.h"

namespace mutoscope::app
{

namespace
{

constexpr int usualDays = 30;
constexpr int mostDays = 36'500;

/// The end of that day here, or of so many from now on.
std::optional<base::UnixMs> expiryOf(Task& task)
{
    QDateTime end = QDateTime::currentDateTime().addDays(usualDays);
    if (task.has("until")) {
        const QDate day = QDate::fromString(task.option("until"), Qt::ISODate);
        if (!day.isValid() || task.has("days")) {
            task.misuse(QStringLiteral("a permit ends with --until a day such as 2027-01-31, or after some --days"));
            return std::nullopt;
        }
        end = day.addDays(1).startOfDay();
    } else if (task.has("days")) {
        bool isNumber = false;
        const int days = task.option("days").toInt(&isNumber);
        if (!isNumber || days < 1 || days > mostDays) {
            task.misuse(QStringLiteral("--days is a number from 1 to %1").arg(mostDays));
            return std::nullopt;
        }
        end = QDateTime::currentDateTime().addDays(days);
    }
    return base::UnixMs(end.toMSecsSinceEpoch());
}

std::string timeInWords(base::UnixMs time)
{
    return QDateTime::fromMSecsSinceEpoch(time.value()).toString(Qt::ISODate).toStdString();
}

} // namespace

void showOwnKey(Task& task)
{
    const auto isKnown = [&task] { return task.snapshot().keys.key.has_value(); };
    task.when(
        isKnown,
        [&task] {
            print(wire::keyText(*task.snapshot().keys.key));
            task.end();
        },
        QStringLiteral("there is no wallet yet"));
}

void makePermit(Task& task)
{
    const auto viewer = wire::keyFromText(task.argument(1).toStdString());
    if (!viewer)
        return task.misuse(QStringLiteral("'%1' is not a node's key, such as 'permit key' prints").arg(task.argument(1)));
    const auto expires = expiryOf(task);
    if (!expires)
        return;
    task.whenKnown([&task, viewer, expires] {
        const auto content = task.film(task.argument(0));
        if (!content)
            return;
        QObject::connect(&task.node(), &node::Node::permitMade, &task, [&task, content](const base::ContentId& of, const QString& link, const QString& problem) {
            if (of != *content)
                return; // somebody else's
            if (link.isEmpty())
                return task.fail(problem);
            if (!task.has("out"))
                print(link.toStdString());
            else if (const auto written = base::writeFileDurably(QFileInfo(task.option("out")).absoluteFilePath().toStdString(), link.toStdString() + '\n'); !written)
                return task.fail(text(written.error().message));
            task.end();
        });
        task.node().makePermit(*content, *viewer, *expires);
    });
}

void takePermit(Task& task)
{
    QString link = task.argument(0);
    if (QFileInfo(link).isFile()) {
        const auto read = base::readFile(link.toStdString(), discovery::ContentLink::maxBytes);
        if (!read)
            return task.fail(text(read.error().message));
        link = text(*read);
    }
    QObject::connect(&task.node(), &node::Node::permitTaken, &task, [&task](const QString& title, const QString& problem) {
        if (!problem.isEmpty())
            return task.fail(problem);
        print("Kept: " + title.toStdString());
        task.end();
    });
    task.whenKnown([&task, link] { task.node().takePermit(link); });
}

void showPermits(Task& task)
{
    task.whenKnown([&task] {
        if (task.has("json")) {
            task.printJson(task.snapshot().permits);
        } else {
            for (const node::HeldPermit& permit : task.snapshot().permits)
                print(base::toHex(permit.content).substr(0, 12) + '\t' + permit.title + "\tuntil " + timeInWords(permit.expires) + "\tby " + wire::keyText(permit.publisher));
        }
        task.end();
    });
}

} // namespace mutoscope::app
