#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include "tests/lab/local/hosts.h"

using namespace mutoscope;
using namespace mutoscope::test;
using namespace std::chrono_literals;

/// Real datagrams between hosts on one switch.
class TestLocalNetwork : public QObject
{
    Q_OBJECT

    static base::ContentId film(const char* name) { return crypto::hash<base::ContentId>(name); }

private Q_SLOTS:
    void initTestCase()
    {
        crypto::initialise();
        if (const std::string why = Lab::whyNot(); !why.empty())
            QSKIP(why.c_str());
    }
    void allOfThreeHostsAreFound()
    {
        const auto lab = switchWithHosts(3);
        std::vector<std::unique_ptr<LocalNode>> nodes;
        for (std::uint8_t i = 1; i <= 3; ++i) {
            nodes.push_back(std::make_unique<LocalNode>(*lab, "h" + std::to_string(i), static_cast<std::uint8_t>(10 + i)));
            QVERIFY2(nodes.back()->problem().empty(), nodes.back()->problem().c_str());
            nodes.back()->serve({film("everybody's"), film(i == 2 ? "the second's" : "the others'")});
        }
        // A node is not told of itself.
        for (std::uint8_t i = 1; i <= 3; ++i) {
            const auto found = nodes[i - 1U]->find(film("everybody's"), 2);
            QCOMPARE(found.seeders.size(), 2U);
            QVERIFY(!found.seeders.contains(nodeKey(static_cast<std::uint8_t>(10 + i)).publicKey()));
        }
        const auto second = nodes[0]->find(film("the second's"), 2); // to the search's end
        QCOMPARE(second.seeders, std::set{nodeKey(12).publicKey()});
        QVERIFY(nodes[0]->find(film("nobody's"), 1).seeders.empty());
        nodes[1].reset(); // says goodbye
        QVERIFY(nodes[0]->find(film("the second's"), 1).seeders.empty());
    }
    void severalNodesOfOneHostAreFound()
    {
        const auto lab = switchWithHosts(2);
        LocalNode viewer(*lab, "h1", 11);
        LocalNode one(*lab, "h2", 12);
        LocalNode other(*lab, "h2", 13);
        LocalNode neighbour(*lab, "h1", 14);
        for (LocalNode* node : {&one, &other, &neighbour})
            node->serve({film("x")});
        QCOMPARE(viewer.find(film("x"), 3).seeders.size(), 3U);
    }
    /// avahi holds port 5353, too, and hears the same; and it finds us.
    void besideAvahi()
    {
        if (!QFile::exists(QStringLiteral("/usr/sbin/avahi-daemon")))
            QSKIP("avahi-daemon is not installed");
        QTemporaryDir folder;
        QFile config(folder.filePath(QStringLiteral("avahi.conf")));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write("[server]\nhost-name=beside\nuse-ipv4=yes\nuse-ipv6=yes\nenable-dbus=no\n[publish]\npublish-workstation=no\n");
        config.close();
        const auto lab = switchWithHosts(2);
        QStringList command;
        for (const std::string& word : lab->prefix("h1"))
            command << QString::fromStdString(word);
        // Its runtime folder is the system's, where another one may be at work.
        command << QStringLiteral("unshare") << QStringLiteral("-m") << QStringLiteral("sh") << QStringLiteral("-c")
                << QStringLiteral("mkdir -p /run/avahi-daemon && mount -t tmpfs none /run/avahi-daemon && exec avahi-daemon --no-drop-root --no-rlimits --no-chroot --debug -f ") +
                       config.fileName();
        QProcess avahi;
        avahi.setProcessChannelMode(QProcess::MergedChannels);
        avahi.start(command.takeFirst(), command);
        QByteArray said;
        while (!said.contains("Server startup complete") && avahi.waitForReadyRead(30'000))
            said += avahi.readAll();
        QVERIFY2(said.contains("Server startup complete"), said.constData());
        {
            LocalNode beside(*lab, "h1", 11);
            LocalNode other(*lab, "h2", 12);
            QVERIFY2(beside.problem().empty(), beside.problem().c_str());
            beside.serve({film("x")});
            other.serve({film("x")});
            QCOMPARE(beside.find(film("x"), 1).seeders, std::set{nodeKey(12).publicKey()});
            QCOMPARE(other.find(film("x"), 1).seeders, std::set{nodeKey(11).publicKey()});
        }
        QCOMPARE(avahi.state(), QProcess::Running);
        avahi.terminate();
        QVERIFY(avahi.waitForFinished(30'000));
    }
};

QTEST_GUILESS_MAIN(TestLocalNetwork)
#include "tst_local_network.moc"
