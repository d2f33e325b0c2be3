#include <algorithm>
#include <array>

#include <QTime>

#include "app/node/commands.h"
#include "p2p/control/fields.h"
#include "p2p/node/seeding_state.h"
#include "p2p/wire/amount.h"

namespace mutoscope::app
{

namespace
{

const node::SeededTitle* titleOf(const Task& task, const base::ContentId& content)
{
    const auto& all = task.snapshot().seeding;
    const auto it = std::ranges::find(all, content, &node::SeededTitle::content);
    return it == all.end() ? nullptr : &*it;
}

std::string stateInWords(const node::SeededTitle& title, const node::ReachStatus& reach)
{
    switch (node::stateOf(title, reach)) {
    case node::SeedingState::Problem:
        return title.problem;
    case node::SeedingState::Off:
        return "off";
    case node::SeedingState::OutOfHours:
    case node::SeedingState::RatioReached:
    case node::SeedingState::TimeReached:
        return "paused by the rule for " + std::string(wire::enumName(title.pause));
    case node::SeedingState::Unreachable:
        return "on, but nobody can connect to this node";
    case node::SeedingState::TooDear:
        return "on, but too dear: somebody else offers it for " + wire::inWords(*title.cheapestOther) + "/MiB";
    case node::SeedingState::NobodyAsked:
        return "on, nobody has asked for it yet";
    case node::SeedingState::Watched:
    case node::SeedingState::Waiting:
        break;
    }
    return "on";
}

std::string orNone(std::int64_t value, const std::string& unit)
{
    return value == 0 ? "none" : std::to_string(value) + unit;
}

std::string timeOf(std::int64_t minute)
{
    return QTime(static_cast<int>(minute / 60 % 24), static_cast<int>(minute % 60)).toString(QStringLiteral("HH:mm")).toStdString();
}

void printRules(const node::SeedingRules& rules)
{
    constexpr std::int64_t mebi = 1024 * 1024;
    print("quota          " + orNone(rules.quota.value() / mebi, " MiB"));
    print("min-free       " + orNone(rules.minFreeDisk.value() / mebi, " MiB"));
    print("upload         " + orNone(rules.uploadPerSecond.value() / 1024, " KiB/s"));
    print("schedule       " + (rules.scheduled ? timeOf(rules.fromMinute) + '-' + timeOf(rules.toMinute) : "off"));
    print("ratio          " + orNone(rules.stopAtRatioPercent, " %"));
    print("hours          " + orNone(rules.stopAfterHours, ""));
    print("port           " + (rules.port ? std::to_string(*rules.port) : "any"));
    print("watched        " + std::string(rules.seedWatched ? "on" : "off"));
    print("watched-price  " + wire::inWords(rules.watchedPrice));
    print("max-relay-price " + wire::inWords(rules.relayPrice.value_or(base::Tokens())));
    print("relay-per-day  " + wire::inWords(rules.relayPerDay.value_or(node::SeedingRules::usualRelayPerDay)));
}

/// Takes the named rules from the options; false where one can't be read, and the task has ended.
bool readRules(Task& task, node::SeedingRules& rules)
{
    bool isGood = true;
    const auto number = [&](const char* name, std::int64_t unit, auto set) {
        if (!task.has(name) || !isGood)
            return;
        const auto value = base::parseInteger(task.option(name).toStdString());
        isGood = value && *value <= base::maxInteger / unit;
        if (isGood)
            set(*value * unit);
        else
            task.misuse(QStringLiteral("--%1 is not a number that it can be").arg(QLatin1String(name)));
    };
    number("quota", 1024 * 1024, [&](std::int64_t value) { rules.quota = base::ByteCount(value); });
    number("min-free", 1024 * 1024, [&](std::int64_t value) { rules.minFreeDisk = base::ByteCount(value); });
    number("upload", 1024, [&](std::int64_t value) { rules.uploadPerSecond = base::ByteCount(value); });
    number("ratio", 1, [&](std::int64_t value) { rules.stopAtRatioPercent = value; });
    number("hours", 1, [&](std::int64_t value) { rules.stopAfterHours = value; });
    number("port", 1, [&](std::int64_t value) { rules.port = value == 0 ? std::nullopt : std::optional(value); });
    if (isGood && task.has("port") && !rules.check()) {
        isGood = false;
        task.misuse(QStringLiteral("--port is a number from 1 to 65535, or 0 for any"));
    }
    const auto tokens = [&](const char* name, auto set) {
        if (!task.has(name) || !isGood)
            return;
        const auto amount = task.tokens(task.option(name));
        isGood = amount.has_value();
        if (amount)
            set(*amount);
    };
    tokens("watched-price", [&](base::Tokens amount) { rules.watchedPrice = amount; });
    tokens("max-relay-price", [&](base::Tokens amount) { rules.relayPrice = amount; });
    tokens("relay-per-day", [&](base::Tokens amount) { rules.relayPerDay = amount; });
    if (isGood && task.has("watched")) {
        const QString value = task.option("watched");
        rules.seedWatched = value == u"on";
        isGood = rules.seedWatched || value == u"off";
        if (!isGood)
            task.misuse(QStringLiteral("--watched is on or off"));
    }
    if (isGood && task.has("schedule")) {
        const QStringList times = task.option("schedule").split(u'-');
        const QTime from = QTime::fromString(times.first(), QStringLiteral("HH:mm"));
        const QTime to = QTime::fromString(times.last(), QStringLiteral("HH:mm"));
        rules.scheduled = times.size() == 2 && from.isValid() && to.isValid();
        isGood = rules.scheduled || times == QStringList{QStringLiteral("off")};
        if (rules.scheduled) {
            rules.fromMinute = from.msecsSinceStartOfDay() / 60'000;
            rules.toMinute = to.msecsSinceStartOfDay() / 60'000;
        }
        if (!isGood)
            task.misuse(QStringLiteral("--schedule is two times of the day such as 22:00-07:00, or off"));
    }
    return isGood;
}

bool namesRules(const Task& task)
{
    return std::ranges::any_of(std::array{"quota", "min-free", "upload", "schedule", "ratio", "hours", "port", "watched", "watched-price", "max-relay-price",
                                          "relay-per-day"},
                               [&](const char* name) { return task.has(name); });
}

/// Once the node has done as it was told.
template <class Condition>
void endWhen(Task& task, Condition condition, const char* otherwise)
{
    task.when(
        condition, [&task] { task.end(); }, QString::fromUtf8(otherwise));
}

} // namespace

void showSeeding(Task& task)
{
    task.whenKnown([&task] {
        const auto& seeding = task.snapshot().seeding;
        if (task.has("json")) {
            task.printJson(seeding);
        } else {
            for (const node::SeededTitle& title : seeding)
                print(base::toHex(title.content).substr(0, 12) + '\t' + title.title + '\t' + wire::inWords(title.pricePerMiB) + "/MiB\t" +
                      inWords(title.uploaded) + " sent\t" + wire::inWords(title.earned) + " earned\t" + stateInWords(title, task.snapshot().reach));
        }
        task.end();
    });
}

void seedOn(Task& task)
{
    std::optional<base::Tokens> price;
    if (task.has("price")) {
        price = task.tokens(task.option("price"));
        if (!price)
            return;
    }
    task.whenKnown([&task, price] {
        const auto content = task.film(task.argument(0));
        if (!content)
            return;
        task.node().setSeeding(*content, true);
        if (price)
            task.node().setPrice(*content, *price);
        const auto isSo = [&task, content, price] {
            const auto* const title = titleOf(task, *content);
            return title && title->seeding && (!price || title->pricePerMiB == *price);
        };
        endWhen(task, isSo, "the film can't be seeded: not all of it is on this computer");
    });
}

void seedOff(Task& task)
{
    task.whenKnown([&task] {
        const auto content = task.film(task.argument(0));
        if (!content)
            return;
        task.node().setSeeding(*content, false);
        const auto isSo = [&task, content] {
            const auto* const title = titleOf(task, *content);
            return !title || !title->seeding;
        };
        endWhen(task, isSo, "the film is seeded as before, see the node's log");
    });
}

void setPrice(Task& task)
{
    const auto price = task.tokens(task.argument(1));
    if (!price)
        return;
    task.whenKnown([&task, price] {
        const auto content = task.film(task.argument(0));
        if (!content)
            return;
        if (!titleOf(task, *content))
            return task.fail(QStringLiteral("the film is not in the list of seeded ones"));
        task.node().setPrice(*content, *price);
        const auto isSo = [&task, content, price] {
            const auto* const title = titleOf(task, *content);
            return title && title->pricePerMiB == *price;
        };
        endWhen(task, isSo, "the price is as before, see the node's log");
    });
}

void seedingRules(Task& task)
{
    node::SeedingRules probe;
    if (!readRules(task, probe))
        return;
    task.whenKnown([&task] {
        node::SeedingRules rules = task.snapshot().rules;
        if (!readRules(task, rules))
            return;
        if (const auto checked = rules.check(); !checked)
            return task.misuse(QString::fromStdString(checked.error().message));
        const auto show = [&task] {
            if (task.has("json"))
                task.printJson(task.snapshot().rules);
            else
                printRules(task.snapshot().rules);
            task.end();
        };
        if (!namesRules(task))
            return show();
        task.node().setSeedingRules(rules);
        task.when([&task, rules] { return task.snapshot().rules == rules; }, show, QStringLiteral("the rules are as before, see the node's log"));
    });
}

void showLibrary(Task& task)
{
    task.whenKnown([&task] {
        const auto& library = task.snapshot().library;
        if (!library)
            return task.fail(text(task.snapshot().tracker.problem));
        if (task.has("json")) {
            task.printJson(*library);
        } else {
            for (const node::LibraryFilm& film : *library)
                print(base::toHex(film.content).substr(0, 12) + '\t' + film.title + '\t' + inWords(film.here) + " of " + inWords(film.size) +
                      (film.isOwn ? "\tpublished here" : ""));
            if (const std::int64_t missing = task.snapshot().filmsToComeBack; missing > 0)
                print("still looked for, from the history: " + std::to_string(missing));
        }
        task.end();
    });
}

void removeFilm(Task& task)
{
    task.whenKnown([&task] {
        const auto content = task.film(task.argument(0));
        if (!content)
            return;
        const auto isGone = [&task, content] {
            const auto& library = task.snapshot().library;
            return library && std::ranges::find(*library, *content, &node::LibraryFilm::content) == library->end();
        };
        if (isGone())
            return task.fail(QStringLiteral("there is no such film on this computer"));
        task.node().removeFilm(*content);
        endWhen(task, isGone, "the film is still there, see the node's log");
    });
}

} // namespace mutoscope::app
