#include <algorithm>

#include <QFileInfo>

#include "app/node/commands.h"
#include "app/node/publisher.h"
#include "p2p/control/fields.h"
#include "p2p/wire/amount.h"

namespace mutoscope::app
{

namespace
{

constexpr auto usualPrice = "0.02";
constexpr int progressStep = 5; ///< percent
constexpr double mostSeconds = 1e6; ///< of a film

void printFilm(const node::FoundFilm& film)
{
    print(film.title + '\t' + inWords(film.price) + '\t' + inWords(film.size) + '\t' + std::to_string(film.seeders) + " seeders\t" + film.link);
}

/// Starts a publisher, which ends the task where it fails; null where the arguments don't fit.
Publisher* startPublisher(Task& task)
{
    const auto price = task.tokens(task.has("price") ? task.option("price") : QString::fromLatin1(usualPrice));
    if (!price)
        return nullptr;
    wire::Access access = wire::Access::Open;
    if (task.has("access") && !wire::enumFromName(task.option("access").toStdString(), access)) {
        task.misuse(QStringLiteral("--access is open or permit"));
        return nullptr;
    }
    bool isTime = true;
    const bool choosesPicture = task.has("poster-at");
    if (choosesPicture && (task.has("poster") || task.argument(0).endsWith(QStringLiteral(".m3u8")))) {
        task.misuse(QStringLiteral("--poster-at goes with a video file, and without --poster"));
        return nullptr;
    }
    const double posterAt = choosesPicture ? task.option("poster-at").toDouble(&isTime) : 0;
    if (!isTime || !(posterAt >= 0 && posterAt < mostSeconds)) {
        task.misuse(QStringLiteral("--poster-at is a time in seconds from the film's beginning"));
        return nullptr;
    }
    const QString file = QFileInfo(task.argument(0)).absoluteFilePath();
    const QString poster = task.option("poster").isEmpty() ? QString() : QFileInfo(task.option("poster")).absoluteFilePath();
    for (const QString& each : {file, poster}) {
        if (!each.isEmpty() && !QFileInfo(each).isReadable()) {
            task.fail(QStringLiteral("%1 can't be read").arg(each));
            return nullptr;
        }
    }
    if (QFileInfo(poster).size() > static_cast<qint64>(wire::maxPosterBytes)) {
        task.fail(QStringLiteral("%1 is larger than 1 MiB, which is the most that a poster may have").arg(poster));
        return nullptr;
    }
    auto* const publisher = new Publisher(task.node(),
                                          {.file = file,
                                           .title = task.option("title"),
                                           .description = task.option("description"),
                                           .poster = poster,
                                           .posterAt = choosesPicture ? std::optional(std::chrono::milliseconds(static_cast<std::int64_t>(posterAt * 1000)))
                                                                      : std::nullopt,
                                           .pricePerMiB = *price,
                                           .access = access,
                                           .workFolder = QString::fromStdString((task.parts().dataFolder / "work").string())},
                                          &task);
    const auto tell = [](const char* event) {
        return [event, last = -progressStep](double fraction) mutable {
            const int percent = std::clamp(static_cast<int>(fraction * 100), 0, 100);
            if (percent < last + progressStep)
                return;
            last = percent;
            say({{QStringLiteral("event"), QLatin1String(event)}, {QStringLiteral("percent"), percent}});
        };
    };
    QObject::connect(publisher, &Publisher::packaging, &task, tell("packaging"));
    QObject::connect(publisher, &Publisher::publishing, &task, tell("publishing"));
    QObject::connect(publisher, &Publisher::failed, &task, &Task::fail);
    return publisher;
}

} // namespace

void searchFilms(Task& task)
{
    QObject::connect(&task.node(), &node::Node::searched, &task, [&task](const node::FilmPage& page) {
        if (page.text != task.parts().arguments.join(u' ').toStdString() || page.cursor != task.option("cursor").toStdString())
            return; // somebody else's
        if (!page.problem.empty())
            return task.fail(text(page.problem));
        if (task.has("json"))
            task.printJson(page);
        else
            std::ranges::for_each(page.films, printFilm);
        if (!task.has("json") && !page.next.empty())
            print("There are more: --cursor " + page.next);
        task.end();
    });
    task.whenOnline([&task] { task.node().search(task.parts().arguments.join(u' '), task.option("cursor")); });
}

void checkSeeders(Task& task)
{
    task.whenOnline([&task] {
        const auto film = task.film(task.argument(0));
        if (!film)
            return;
        QObject::connect(&task.node(), &node::Node::seedersChecked, &task, [&task, film = *film](const node::FilmHealth& health) {
            if (health.content != film)
                return; // somebody else's
            if (!health.problem.empty())
                return task.fail(text(health.problem));
            if (task.has("json"))
                task.printJson(health);
            for (const node::SeederHealth& each : task.has("json") ? std::vector<node::SeederHealth>() : health.seeders)
                print(each.name + '\t' + inWords(std::optional(each.pricePerMiB)) + '\t' + (each.complete ? "all of it" : "a part") + '\t' +
                      (each.answeredMs ? std::to_string(*each.answeredMs) + " ms" : "no answer"));
            task.end();
        });
        task.node().checkSeeders(*film);
    });
}

void publishFilm(Task& task)
{
    Publisher* const publisher = startPublisher(task);
    if (!publisher)
        return;
    QObject::connect(publisher, &Publisher::published, &task, [&task](const QString& title, const QString& link) {
        say({{QStringLiteral("event"), QStringLiteral("published")}, {QStringLiteral("title"), title}, {QStringLiteral("link"), link}});
        task.end();
    });
    task.onInterrupt([&task] {
        task.node().cancelPublishing();
        task.fail(QStringLiteral("broken off; the same command goes on with it"));
    });
    publisher->start();
}

namespace
{

node::DraftBox draftsOf(const Task& task)
{
    return node::DraftBox(task.parts().dataFolder / "work");
}

} // namespace

void showDrafts(Task& task)
{
    for (const node::Draft& draft : draftsOf(task).list())
        print(draft.title + '\t' + draft.file + '\t' + (draft.playlist.empty() ? "to be packaged" : "packaged, to be stored"));
    task.end();
}

void discardDraft(Task& task)
{
    const std::string file = QFileInfo(task.argument(0)).absoluteFilePath().toStdString();
    const node::DraftBox drafts = draftsOf(task);
    bool isThere = false;
    for (const node::Draft& draft : drafts.list()) {
        if (draft.file != file)
            continue;
        const auto work = drafts.take(draft);
        if (!work)
            return task.fail(text(work.error().message));
        (*work)->remove();
        isThere = true;
    }
    if (!isThere)
        return task.fail(QStringLiteral("there is no draft of this file"));
    task.end();
}

/// On a node of its own it runs on; another process's goes on by itself.
void seedFile(Task& task)
{
    if (!task.parts().listens)
        return task.fail(QStringLiteral("a seeder needs --listen HOST:PORT, where viewers reach it"));
    if (!task.parts().isRemote)
        runNode(task);
    Publisher* const publisher = startPublisher(task);
    if (!publisher)
        return;
    QObject::connect(publisher, &Publisher::announced, &task, [&task](const QString& title, const QString& link) {
        say({{QStringLiteral("event"), QStringLiteral("seeding")},
             {QStringLiteral("title"), title},
             {QStringLiteral("link"), link},
             {QStringLiteral("listening"), QString::fromStdString(task.snapshot().listening)}});
        if (task.parts().isRemote)
            task.end();
    });
    publisher->start();
}

} // namespace mutoscope::app
