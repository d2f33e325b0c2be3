#include <QDir>
#include <QDirIterator>
#include <QRegularExpression>
#include <QTest>

#include "ui/language.h"
#include "ui/sentences.h"
#include "ui/sentences_known.h"

using namespace mutoscope;
using namespace Qt::StringLiterals;

/// What the node says of problems is said in the window's language.
class SentencesTest : public QObject
{
    Q_OBJECT

private:
    /// The argument that begins there: up to its comma or parenthesis.
    static QString argumentAt(const QString& source, qsizetype at)
    {
        int depth = 0;
        bool isText = false;
        for (qsizetype i = at; i < source.size(); ++i) {
            const QChar c = source[i];
            if (isText) {
                if (c == u'\\')
                    ++i;
                else if (c == u'"')
                    isText = false;
                continue;
            }
            if (c == u'"')
                isText = true;
            else if (c == u'(' || c == u'{')
                ++depth;
            else if ((c == u')' || c == u'}') && depth-- == 0)
                return source.mid(at, i - at);
            else if (c == u',' && depth == 0)
                return source.mid(at, i - at);
        }
        return {};
    }
    /// "the file " + name + " is empty" as "the file X is empty"; nothing where no text of its own is in it, or several are to choose from.
    static QString sampleOf(QString argument)
    {
        static const QRegularExpression text(u"\"((?:[^\"\\\\]|\\\\.)*)\""_s);
        static const QRegularExpression wrapped(u"std::string\\((\"(?:[^\"\\\\]|\\\\.)*\")\\)"_s);
        argument.replace(wrapped, u"\\1"_s);
        QString sample;
        qsizetype at = 0;
        bool hasText = false;
        for (auto each = text.globalMatch(argument); each.hasNext();) {
            const auto match = each.next();
            const QString between = argument.mid(at, match.capturedStart() - at).trimmed();
            if (between.contains(u'?'))
                return {};
            if (between.contains(u'(') && between.count(u'(') > between.count(u')'))
                return {}; // an argument of something else
            if (!QString(between).remove(u'+').trimmed().isEmpty())
                sample += u'X';
            sample += match.captured(1).replace(u"\\\""_s, u"\""_s);
            at = match.capturedEnd();
            hasText = true;
        }
        const QString rest = argument.mid(at).trimmed();
        if (rest.contains(u'?'))
            return {};
        if (!QString(rest).remove(u'+').trimmed().isEmpty())
            sample += u'X';
        return hasText ? sample : QString();
    }

private Q_SLOTS:
    void cleanup() { ui::applyLanguage(u"en"_s); }

    /// Each that the node's parts make, as their sources have it.
    void eachIsKnown()
    {
        static const QRegularExpression call(u"\\b(?:fail|refuse)\\(\\s*(?:(?:base::)?ErrorCode::\\w+|[\\w.>()-]*code)\\s*,\\s*"_s);
        QStringList unknown;
        int found = 0;
        for (const QString& where : {u"viewer"_s, u"node"_s, u"wallet"_s, u"crypto"_s, u"base"_s, u"seeder/seeder"_s, u"seeder/announce"_s, u"content/importer"_s,
                                     u"content/film_key"_s, u"content/library"_s, u"content/segment_store"_s, u"content/hls"_s, u"discovery/content_link"_s,
                                     u"discovery/offer"_s, u"net/pinned"_s, u"net/qt_client"_s, u"net/https_server"_s, u"ledger/contracts"_s, u"ledger/ledger"_s}) {
            const QString folder = qEnvironmentVariable("MUTOSCOPE_SOURCE_DIR") + u"/p2p/"_s + where.section(u'/', 0, 0);
            for (QDirIterator each(folder, {u"*.cpp"_s, u"*.h"_s}, QDir::Files); each.hasNext();) {
                QFile file(each.next());
                if (!each.fileName().startsWith(where.section(u'/', 1)) || each.fileName().startsWith(u"reserves"_s)) // that is a command's
                    continue;
                QVERIFY(file.open(QIODevice::ReadOnly));
                const QString source = QString::fromUtf8(file.readAll());
                for (auto match = call.globalMatch(source); match.hasNext();) {
                    const QString sample = sampleOf(argumentAt(source, match.next().capturedEnd()));
                    if (QString(sample).remove(u'X').remove(u':').trimmed().isEmpty())
                        continue; // only what others say
                    ++found;
                    if (!ui::isKnownSentence(sample))
                        unknown << each.fileName() + u": "_s + sample;
                }
            }
        }
        QVERIFY2(found > 150, qPrintable(QString::number(found)));
        QVERIFY2(unknown.isEmpty(), qPrintable(u"add to ui/sentences_known.cpp, and translate:\n"_s + unknown.join(u'\n')));
    }
    void causesWithinCauses_data()
    {
        QTest::addColumn<QString>("said");
        QTest::addColumn<QString>("expected");
        QTest::newRow("whole") << u"Nobody seeds this film just now."_s << u"Сейчас этот фильм никто не раздаёт."_s;
        QTest::newRow("one within another") << u"The tracker can't be reached: nobody answers at 10.0.0.1:7750."_s
                                            << u"Трекер недоступен: по адресу 10.0.0.1:7750 никто не отвечает."_s;
        QTest::newRow("three") << u"The seeder at an unknown address failed: the keychain can't be asked: no bus. Nobody else seeds this film just now."_s
                               << u"Сид по неизвестному адресу подвёл: связку ключей не спросить: no bus. Больше этот фильм сейчас никто не раздаёт."_s;
        QTest::newRow("an amount") << u"The cap of 0.42 tokens for this film is used up."_s << u"Предел для этого фильма, 0.42 токена, исчерпан."_s;
        QTest::newRow("a value like a place") << u"there is no file /tmp/%1 %2"_s << u"нет файла /tmp/%1 %2"_s;
        QTest::newRow("never heard of") << u"the moon is full"_s << u"the moon is full"_s;
        QTest::newRow("nothing") << QString() << QString();
    }
    void causesWithinCauses()
    {
        QFETCH(QString, said);
        QFETCH(QString, expected);
        QCOMPARE(ui::inLanguage(said), said);
        ui::applyLanguage(u"ru"_s);
        QCOMPARE(ui::inLanguage(said), expected);
    }
    /// A cause that holds itself again and again is not followed for ever.
    void isBounded()
    {
        QString deep;
        for (int i = 0; i < 1'000; ++i)
            deep += u"the keychain can't be asked: "_s;
        ui::applyLanguage(u"ru"_s);
        QVERIFY(ui::inLanguage(deep + u"x"_s).endsWith(u"x"_s));
    }
};

QTEST_MAIN(SentencesTest)
#include "tst_sentences.moc"
