#include <QDir>
#include <QFile>
#include <QLibraryInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

/// Every text that a person sees is there in Russian, with the same places for values, and nothing is left of texts that are gone.
class TestTranslations : public QObject
{
    Q_OBJECT

    struct Message {
        QString context;
        QString source;
        QStringList forms; ///< several where the text counts something
        QString type;      ///< "unfinished", "vanished", "obsolete" or nothing
    };

    static QString source(const QString& path) { return qEnvironmentVariable("MUTOSCOPE_SOURCE_DIR") + u'/' + path; }

    /// The file, brought up to date with the sources as `./dev translate` does it.
    static QList<Message> updated(const QString& name, const QStringList& options, const QTemporaryDir& folder)
    {
        const QString copy = folder.filePath(name);
        if (!QFile::copy(source(QStringLiteral("translations/") + name), copy))
            qFatal("there is no %s", qPrintable(name));
        QProcess lupdate;
        lupdate.setWorkingDirectory(source(QString()));
        lupdate.start(QLibraryInfo::path(QLibraryInfo::BinariesPath) + QStringLiteral("/lupdate"),
                      QStringList{QStringLiteral("-silent"), QStringLiteral("-I"), QStringLiteral("."), QStringLiteral("-locations"), QStringLiteral("none")} + options +
                          QStringList{QStringLiteral("ui"), QStringLiteral("app"), QStringLiteral("player"), QStringLiteral("p2p"), QStringLiteral("-ts"), copy});
        if (!lupdate.waitForFinished(120'000) || lupdate.exitCode() != 0)
            qFatal("lupdate failed: %s", lupdate.readAllStandardError().constData());
        QFile file(copy);
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s can't be read", qPrintable(copy));
        return read(file);
    }

    static QList<Message> read(QIODevice& file)
    {
        QList<Message> messages;
        QString context;
        QXmlStreamReader xml(&file);
        while (!xml.atEnd()) {
            if (!xml.readNextStartElement())
                continue;
            if (xml.name() == u"name") {
                context = xml.readElementText();
            } else if (xml.name() == u"source") {
                messages << Message{context, xml.readElementText(), {}, {}};
            } else if (xml.name() == u"translation") {
                messages.last().type = xml.attributes().value(QStringLiteral("type")).toString();
                QString text;
                while (!(xml.isEndElement() && xml.name() == u"translation") && !xml.atEnd()) {
                    xml.readNext();
                    if (xml.isStartElement() && xml.name() == u"numerusform")
                        messages.last().forms << xml.readElementText();
                    else if (xml.isCharacters())
                        text += xml.text();
                }
                if (messages.last().forms.isEmpty())
                    messages.last().forms << text;
            }
        }
        return messages;
    }

    /// "%1", "%2", "%n" in a text, each once.
    static QSet<QString> places(const QString& text)
    {
        QSet<QString> found;
        static const QRegularExpression place(QStringLiteral("%(?:[1-9]|n)"));
        for (auto each = place.globalMatch(text); each.hasNext();)
            found << each.next().captured();
        return found;
    }

private Q_SLOTS:
    void everythingIsThere_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<int>("forms");
        QTest::newRow("Russian") << QStringLiteral("mutoscope_ru.ts") << QStringList() << 3;
        // English only has the forms of what is counted.
        QTest::newRow("English plurals") << QStringLiteral("mutoscope_en.ts") << QStringList{QStringLiteral("-pluralonly")} << 2;
    }
    void everythingIsThere()
    {
        QFETCH(QString, name);
        QFETCH(QStringList, options);
        QFETCH(int, forms);
        const QTemporaryDir folder;
        const QList<Message> messages = updated(name, options, folder);
        QVERIFY(messages.size() > (forms == 3 ? 400 : 2));
        QStringList problems;
        for (const Message& each : messages) {
            const QString where = QStringLiteral("%1: “%2” ").arg(each.context, each.source);
            const bool counts = each.source.contains(QStringLiteral("%n"));
            if (!each.type.isEmpty())
                problems << where + each.type;
            else if (counts && each.forms.size() != forms)
                problems << where + QStringLiteral("has %1 forms").arg(each.forms.size());
            for (const QString& form : each.forms) {
                if (each.type.isEmpty() && (form.isEmpty() || places(form) != places(each.source)))
                    problems << where + QStringLiteral("has other places for values in “%1”").arg(form);
            }
        }
        QVERIFY2(problems.isEmpty(), qPrintable(QStringLiteral("run ./dev translate, and translate:\n") + problems.join(u'\n')));
    }
};

QTEST_GUILESS_MAIN(TestTranslations)
#include "tst_translations.moc"
