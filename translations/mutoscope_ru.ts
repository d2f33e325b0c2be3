<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ru_RU" sourcelanguage="en">
<context>
    <name>mutoscope::app::PrivateTrial</name>
    <message>
        <source>A film can&apos;t be made: the package ffmpeg is missing. Choose one of yours.</source>
        <translation>Фильм не сделать: нет пакета ffmpeg. Выберите свой.</translation>
    </message>
    <message>
        <source>The private network can&apos;t be started: %1.</source>
        <translation>Частная сеть не запускается: %1.</translation>
    </message>
    <message>
        <source>No temporary folder can be made: %1.</source>
        <translation>Временную папку не создать: %1.</translation>
    </message>
    <message>
        <source>A short film</source>
        <translation>Короткий фильм</translation>
    </message>
    <message>
        <source>The trial broke off.</source>
        <translation>Проба прервалась.</translation>
    </message>
    <message>
        <source>The trial broke off: %1</source>
        <translation>Проба прервалась: %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::app::SleepInhibitor</name>
    <message>
        <source>A film is playing</source>
        <translation>Воспроизводится фильм</translation>
    </message>
</context>
<context>
    <name>mutoscope::node::LocalNode</name>
    <message>
        <source>This is not a wallet tracker&apos;s link: %1.</source>
        <translation>Это не ссылка на трекер кошелька: %1.</translation>
    </message>
</context>
<context>
    <name>mutoscope::node::NodeCore</name>
    <message>
        <source>Another film is being published just now.</source>
        <translation>Сейчас публикуется другой фильм.</translation>
    </message>
    <message>
        <source>The wallet is locked.</source>
        <translation>Кошелёк заблокирован.</translation>
    </message>
</context>
<context>
    <name>mutoscope::player</name>
    <message>
        <source>GStreamer is not installed completely: install the packages gstreamer1.0-plugins-base and gstreamer1.0-plugins-good.</source>
        <translation>GStreamer установлен не полностью: установите пакеты gstreamer1.0-plugins-base и gstreamer1.0-plugins-good.</translation>
    </message>
    <message>
        <source>The film broke off before its end: its last part cannot be read.</source>
        <translation>Фильм оборвался до конца: его последнюю часть не удаётся прочитать.</translation>
    </message>
    <message>
        <source>The film cannot be read: no answer from its source.</source>
        <translation>Фильм не удаётся прочитать: источник не отвечает.</translation>
    </message>
    <message>
        <source>The film&apos;s source asks for a payment (402).</source>
        <translation>Источник фильма требует оплаты (402).</translation>
    </message>
    <message>
        <source>The film&apos;s source refuses access (403).</source>
        <translation>Источник фильма отказывает в доступе (403).</translation>
    </message>
    <message>
        <source>The film, or a part of it, was not found (404).</source>
        <translation>Фильм или его часть не найдены (404).</translation>
    </message>
    <message>
        <source>The film is not offered any more (410).</source>
        <translation>Фильм больше не предлагается (410).</translation>
    </message>
    <message>
        <source>The film&apos;s source answered with an error (%1).</source>
        <translation>Источник фильма ответил ошибкой (%1).</translation>
    </message>
    <message>
        <source>A decoder for this film is missing: install the packages %1.</source>
        <translation>Нет декодера для этого фильма: установите пакеты %1.</translation>
    </message>
    <message>
        <source>The film&apos;s data is damaged or of an unknown kind.</source>
        <translation>Данные фильма повреждены или неизвестного вида.</translation>
    </message>
    <message>
        <source>The sound device cannot be used.</source>
        <translation>Звуковое устройство недоступно.</translation>
    </message>
    <message>
        <source>The player cannot go on: %1</source>
        <translation>Плеер не может продолжать: %1</translation>
    </message>
    <message>
        <source>The decoder for this film is missing (%1): install the package %2.</source>
        <translation>Нет декодера для этого фильма (%1): установите пакет %2.</translation>
    </message>
    <message>
        <source>Subtitles that are pictures (%1 in this file) are left out: streams carry text only.</source>
        <translation>Субтитры-картинки (в этом файле: %1) будут опущены: поток передаёт только текст.</translation>
    </message>
    <message>
        <source>Streams cannot carry this file as it is, so %1 will be converted, which takes a while and costs a little quality.</source>
        <translation>Поток не может передать этот файл как есть, поэтому будет преобразовано: %1. Это займёт время и немного снизит качество.</translation>
    </message>
    <message>
        <source>Films cannot be published: the package ffmpeg is not installed.</source>
        <translation>Публиковать фильмы нельзя: не установлен пакет ffmpeg.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be written.</source>
        <translation>В папку %1 нельзя записать.</translation>
    </message>
    <message>
        <source>The folder %1 is not empty.</source>
        <translation>Папка %1 не пуста.</translation>
    </message>
    <message>
        <source>Packaging was cancelled.</source>
        <translation>Упаковка отменена.</translation>
    </message>
    <message>
        <source>The disk is full.</source>
        <translation>Диск заполнен.</translation>
    </message>
    <message>
        <source>It is too large for subtitles.</source>
        <translation>Файл слишком велик для субтитров.</translation>
    </message>
    <message>
        <source>No subtitles were found in it; WebVTT and SubRip files can be read.</source>
        <translation>Субтитров в нём не нашлось; читаются WebVTT и SubRip.</translation>
    </message>
    <message>
        <source> and </source>
        <translation> и </translation>
    </message>
    <message>
        <source>the picture (%1) to H.264</source>
        <translation>изображение (%1) в H.264</translation>
    </message>
    <message>
        <source>the sound (%1) to AAC</source>
        <translation>звук (%1) в AAC</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui</name>
    <message>
        <source>%1 kbit/s</source>
        <translation>%1 кбит/с</translation>
    </message>
    <message>
        <source>%1 Mbit/s</source>
        <translation>%1 Мбит/с</translation>
    </message>
    <message>
        <source>%1/s</source>
        <translation>%1/с</translation>
    </message>
    <message>
        <source>today %1</source>
        <translation>сегодня %1</translation>
    </message>
    <message>
        <source>Finding a seeder</source>
        <translation>Поиск сида</translation>
    </message>
    <message>
        <source>Opening the contract</source>
        <translation>Открытие контракта</translation>
    </message>
    <message>
        <source>First segment</source>
        <translation>Первый сегмент</translation>
    </message>
    <message>
        <source>Playing</source>
        <translation>Воспроизведение</translation>
    </message>
    <message>
        <source>Opening the film</source>
        <translation>Открывается фильм</translation>
    </message>
    <message>
        <source>The film can&apos;t be played</source>
        <translation>Фильм не воспроизводится</translation>
    </message>
    <message>
        <source>The player failed, and did not say why.</source>
        <translation>Плеер отказал и не сказал почему.</translation>
    </message>
    <message>
        <source>The film stopped, and nobody said why.</source>
        <translation>Фильм остановился, и никто не сказал почему.</translation>
    </message>
    <message>
        <source>The film can&apos;t go on</source>
        <translation>Фильм не может продолжаться</translation>
    </message>
    <message>
        <source>The film can&apos;t be opened</source>
        <translation>Фильм не открывается</translation>
    </message>
    <message numerus="yes">
        <source>Next in %n s</source>
        <translation>
            <numerusform>Следующий через %n с</numerusform>
            <numerusform>Следующий через %n с</numerusform>
            <numerusform>Следующий через %n с</numerusform>
        </translation>
    </message>
    <message>
        <source>The end</source>
        <translation>Конец</translation>
    </message>
    <message>
        <source>Buffering · %1</source>
        <translation>Буферизация · %1</translation>
    </message>
    <message>
        <source>Buffering · waiting for the seeder</source>
        <translation>Буферизация · ожидание сида</translation>
    </message>
    <message>
        <source>Finding a seeder for the rest of the film …</source>
        <translation>Ищется сид для остатка фильма …</translation>
    </message>
    <message>
        <source>%1 of %2 tokens</source>
        <translation>%1 из %2 токенов</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>Токенов: %1</translation>
    </message>
    <message>
        <source>%1 of %2 segments receipted</source>
        <translation>подтверждено сегментов: %1 из %2</translation>
    </message>
    <message>
        <source>up to %1 s ahead</source>
        <translation>до %1 с вперёд</translation>
    </message>
    <message>
        <source>seeder %1</source>
        <translation>сид %1</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Снова</translation>
    </message>
    <message>
        <source>Other seeder</source>
        <translation>Иной сид</translation>
    </message>
    <message>
        <source>Raise the cap</source>
        <translation>Предел…</translation>
    </message>
    <message>
        <source>Top up</source>
        <translation>Пополнить</translation>
    </message>
    <message>
        <source>A router or a firewall lets nobody in at port %1. Switch UPnP or NAT-PMP on in your router, or forward TCP port %1 to this computer.</source>
        <translation>Маршрутизатор или брандмауэр никого не пускает на порт %1. Включите в маршрутизаторе UPnP или NAT-PMP либо пробросьте TCP-порт %1 на этот компьютер.</translation>
    </message>
    <message>
        <source>At port %1 of your address nobody answers: the router passes it on to nobody, or to another computer. Forward TCP port %1 to this one.</source>
        <translation>На порту %1 вашего адреса никто не отвечает: маршрутизатор никому его не передаёт или передаёт другому компьютеру. Пробросьте TCP-порт %1 на этот.</translation>
    </message>
    <message>
        <source>The tracker&apos;s network knows no way to your address. Try again on another connection.</source>
        <translation>Сеть трекера не знает пути к вашему адресу. Попробуйте другое подключение.</translation>
    </message>
    <message>
        <source>At port %1 of your address something else answers. Choose another port, and forward that one to this computer.</source>
        <translation>На порту %1 вашего адреса отвечает что-то другое. Выберите другой порт и пробросьте его на этот компьютер.</translation>
    </message>
    <message>
        <source>Reachable</source>
        <translation>Доступен</translation>
    </message>
    <message>
        <source>Reachable (mapped port)</source>
        <translation>Доступен (проброшенный порт)</translation>
    </message>
    <message>
        <source>Reachable (relay)</source>
        <translation>Доступен (ретранслятор)</translation>
    </message>
    <message>
        <source>Reachable (local network)</source>
        <translation>Доступен (локальная сеть)</translation>
    </message>
    <message>
        <source>Not reachable</source>
        <translation>Недоступен</translation>
    </message>
    <message>
        <source>Whether others can connect to you is being found out.</source>
        <translation>Выясняется, могут ли другие к вам подключаться.</translation>
    </message>
    <message>
        <source>Whether others can connect to you is not known: %1</source>
        <translation>Неизвестно, могут ли другие к вам подключаться: %1</translation>
    </message>
    <message>
        <source>Viewers connect to you directly, at %1.</source>
        <translation>Зрители подключаются к вам напрямую, по адресу %1.</translation>
    </message>
    <message>
        <source>Viewers connect to you through a port that your router passes on, at %1.</source>
        <translation>Зрители подключаются к вам через порт, который передаёт ваш маршрутизатор, по адресу %1.</translation>
    </message>
    <message>
        <source>Nobody can connect to you from outside, so a relay brings viewers and you together. So far: %1 by connecting back, %2 through both routers at once, %3 with the relay in between.</source>
        <translation>Снаружи к вам никто не может подключиться, поэтому вас со зрителями сводит ретранслятор. До сих пор: обратным подключением — %1, через оба маршрутизатора сразу — %2, через ретранслятор — %3.</translation>
    </message>
    <message>
        <source>The tracker is in your own network, %1, and reaches you. Whether others can is not known.</source>
        <translation>Трекер находится в вашей собственной сети, %1, и достаёт до вас. Достают ли другие, неизвестно.</translation>
    </message>
    <message>
        <source>Nobody can connect to you from outside.</source>
        <translation>Снаружи к вам никто не может подключиться.</translation>
    </message>
    <message>
        <source>A relay would help, but %1.</source>
        <translation>Помог бы ретранслятор, но %1.</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Скопировано</translation>
    </message>
    <message>
        <source>open</source>
        <translation>открыт</translation>
    </message>
    <message>
        <source>closing</source>
        <translation>закрывается</translation>
    </message>
    <message>
        <source>closed</source>
        <translation>закрыт</translation>
    </message>
    <message>
        <source>Video</source>
        <translation>Видео</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Звук</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>Кадры</translation>
    </message>
    <message>
        <source>%1 decoded, %2 shown</source>
        <translation>декодировано %1, показано %2</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Скорость</translation>
    </message>
    <message>
        <source>Here</source>
        <translation>Здесь</translation>
    </message>
    <message>
        <source>%1 of %2 segments</source>
        <translation>сегментов: %1 из %2</translation>
    </message>
    <message>
        <source>Arrives with</source>
        <translation>Поступает</translation>
    </message>
    <message>
        <source>%1 per MiB</source>
        <translation>%1 за МиБ</translation>
    </message>
    <message>
        <source>Seeder</source>
        <translation>Сид</translation>
    </message>
    <message>
        <source>Contract</source>
        <translation>Контракт</translation>
    </message>
    <message>
        <source>Receipts</source>
        <translation>Квитанции</translation>
    </message>
    <message>
        <source>%1 for %2, %3 tokens</source>
        <translation>%1 за %2, токенов: %3</translation>
    </message>
    <message>
        <source>Track %1</source>
        <translation>Дорожка %1</translation>
    </message>
    <message numerus="yes">
        <source>%n seeder(s)</source>
        <translation>
            <numerusform>%n сид</numerusform>
            <numerusform>%n сида</numerusform>
            <numerusform>%n сидов</numerusform>
        </translation>
    </message>
    <message>
        <source>Send your key to the publisher, whose own is %1, and open the link that comes back.</source>
        <translation>Пошлите свой ключ издателю (его ключ — %1) и откройте ссылку, которую получите в ответ.</translation>
    </message>
    <message>
        <source>What it copies beyond the free part costs %1 tokens for each MiB</source>
        <translation>Передача сверх бесплатной части стоит %1 токенов за МиБ</translation>
    </message>
    <message>
        <source>; you have paid %1 for %2</source>
        <translation>; вы заплатили %1 за %2</translation>
    </message>
    <message>
        <source>It is not paid: %1. You choose under Rules what relays may cost.</source>
        <translation>Он не оплачен: %1. Сколько могут стоить ретрансляторы, вы выбираете в правилах.</translation>
    </message>
    <message>
        <source>No wallet tracker was chosen yet</source>
        <translation>Трекер кошелька ещё не выбран</translation>
    </message>
    <message>
        <source>Connecting to the tracker …</source>
        <translation>Подключение к трекеру …</translation>
    </message>
    <message>
        <source>Connecting to %1 …</source>
        <translation>Подключение к %1 …</translation>
    </message>
    <message>
        <source>Tracker is online</source>
        <translation>Трекер на связи</translation>
    </message>
    <message>
        <source>Tracker: %1</source>
        <translation>Трекер: %1</translation>
    </message>
    <message>
        <source>The tracker does not answer</source>
        <translation>Трекер не отвечает</translation>
    </message>
    <message>
        <source>%1/min</source>
        <translation>%1/мин</translation>
    </message>
    <message>
        <source>%1 × %2</source>
        <translation>%1 × %2</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Качество</translation>
    </message>
    <message>
        <source>Buffer</source>
        <translation>Буфер</translation>
    </message>
    <message>
        <source>%1 s ahead, bought up to %2 s</source>
        <translation>%1 с впереди, покупается до %2 с</translation>
    </message>
    <message>
        <source>%1 s ahead</source>
        <translation>%1 с впереди</translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n байт</numerusform>
            <numerusform>%n байта</numerusform>
            <numerusform>%n байт</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::ApprovalCard</name>
    <message>
        <source>Price for all of it</source>
        <translation>Цена за всё</translation>
    </message>
    <message>
        <source>Your wallet holds</source>
        <translation>В вашем кошельке</translation>
    </message>
    <message>
        <source>Reserve at most, in tokens</source>
        <translation>Зарезервировать не больше, в токенах</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>токенов</translation>
    </message>
    <message>
        <source>Reserve at most</source>
        <translation>Зарезервировать не больше</translation>
    </message>
    <message>
        <source>Bought ahead of what is watched</source>
        <translation>Покупается вперёд просмотра</translation>
    </message>
    <message>
        <source>Bought ahead</source>
        <translation>Покупается вперёд</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Смотреть</translation>
    </message>
    <message>
        <source>Top up</source>
        <translation>Пополнить</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Не сейчас</translation>
    </message>
    <message>
        <source>%1 tokens for each MiB</source>
        <translation>Токенов за каждый МиБ: %1</translation>
    </message>
    <message>
        <source>seeder %1</source>
        <translation>сид %1</translation>
    </message>
    <message>
        <source>up to %1 s</source>
        <translation>до %1 с</translation>
    </message>
    <message>
        <source>up to %1 min</source>
        <translation>до %1 мин</translation>
    </message>
    <message>
        <source>Only what you watch is paid; the rest comes back.</source>
        <translation>Оплачивается только просмотренное; остальное вернётся.</translation>
    </message>
    <message>
        <source>Type an amount, such as %1.</source>
        <translation>Введите сумму, например %1.</translation>
    </message>
    <message>
        <source>That is more than your wallet holds.</source>
        <translation>Это больше, чем есть в вашем кошельке.</translation>
    </message>
    <message>
        <source>That is not enough for all of it: the film will stop on the way.</source>
        <translation>На всё этого не хватит: фильм остановится по пути.</translation>
    </message>
    <message>
        <source>your permit ends on %1</source>
        <translation>разрешение действует до %1</translation>
    </message>
    <message>
        <source>Today&apos;s limit leaves %1 tokens. It can be raised in the settings.</source>
        <translation>Дневной предел оставляет %1 токенов. Его можно поднять в настройках.</translation>
    </message>
    <message>
        <source>Today&apos;s limit leaves no more: the film will stop on the way.</source>
        <translation>Больше дневной предел не оставляет: фильм остановится на полпути.</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::BarChart</name>
    <message>
        <source>%1 tokens</source>
        <translation>Токенов: %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::ContractDialog</name>
    <message>
        <source>Contract</source>
        <translation>Контракт</translation>
    </message>
    <message>
        <source>Contract %1</source>
        <translation>Контракт %1</translation>
    </message>
    <message>
        <source>Save the papers…</source>
        <translation>Сохранить бумаги…</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>Проверить</translation>
    </message>
    <message>
        <source>Checks the signatures and the amount on this computer, without the tracker</source>
        <translation>Проверяет подписи и сумму на этом компьютере, без трекера</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Asking the tracker …</source>
        <translation>Запрос к трекеру …</translation>
    </message>
    <message>
        <source>The tracker does not show this contract: %1.</source>
        <translation>Трекер не показывает этот контракт: %1.</translation>
    </message>
    <message>
        <source>There is no receipt with it. Verify checks both signatures of the contract.</source>
        <translation>Расписки при нём нет. Проверка касается обеих подписей контракта.</translation>
    </message>
    <message>
        <source>Verify checks both signatures of the contract, the receipt&apos;s, and that they fit.</source>
        <translation>Проверка касается обеих подписей контракта, подписей расписки и того, что они подходят друг к другу.</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 токенов</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>Фильм</translation>
    </message>
    <message>
        <source>Seeder</source>
        <translation>Сид</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Зритель</translation>
    </message>
    <message>
        <source>Price for each MiB</source>
        <translation>Цена за МиБ</translation>
    </message>
    <message>
        <source>Reserved</source>
        <translation>Зарезервировано</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Открыт</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>open</source>
        <translation>открыт</translation>
    </message>
    <message>
        <source>being closed</source>
        <translation>закрывается</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Закрыт</translation>
    </message>
    <message>
        <source>Paid</source>
        <translation>Уплачено</translation>
    </message>
    <message>
        <source>Came back</source>
        <translation>Вернулось</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>Расписка</translation>
    </message>
    <message>
        <source>none</source>
        <translation>нет</translation>
    </message>
    <message>
        <source>Segments</source>
        <translation>Сегменты</translation>
    </message>
    <message>
        <source>%1 of them: %2</source>
        <translation>%1: %2</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Байты</translation>
    </message>
    <message>
        <source>Last receipt</source>
        <translation>Последняя расписка</translation>
    </message>
    <message>
        <source>number %1, for %2</source>
        <translation>номер %1, на %2</translation>
    </message>
    <message>
        <source>These papers prove nothing: %1.</source>
        <translation>Эти бумаги ничего не доказывают: %1.</translation>
    </message>
    <message>
        <source>These are the papers of another contract.</source>
        <translation>Это бумаги другого контракта.</translation>
    </message>
    <message>
        <source>Both have signed the contract. Nothing was receipted.</source>
        <translation>Контракт подписан обеими сторонами. Расписок не было.</translation>
    </message>
    <message>
        <source>The tracker has paid more than the receipt says.</source>
        <translation>Трекер заплатил больше, чем сказано в расписке.</translation>
    </message>
    <message>
        <source>Both have signed the contract and the receipt, and the amount is the price of the bytes.</source>
        <translation>Контракт и расписка подписаны обеими сторонами, сумма равна цене байтов.</translation>
    </message>
    <message>
        <source>Both have signed the contract and the viewer the receipt, and the amount is the price of the bytes.</source>
        <translation>Контракт подписан обеими сторонами, расписка — зрителем, сумма равна цене байтов.</translation>
    </message>
    <message>
        <source>Save the papers</source>
        <translation>Сохранить бумаги</translation>
    </message>
    <message>
        <source>Papers (*.json)</source>
        <translation>Бумаги (*.json)</translation>
    </message>
    <message>
        <source>The papers can&apos;t be written: %1.</source>
        <translation>Не удалось записать бумаги: %1.</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::ControlBar</name>
    <message>
        <source>Play (Space)</source>
        <translation>Воспроизвести (Пробел)</translation>
    </message>
    <message>
        <source>Previous film (P)</source>
        <translation>Предыдущий фильм (P)</translation>
    </message>
    <message>
        <source>Next film (N)</source>
        <translation>Следующий фильм (N)</translation>
    </message>
    <message>
        <source>List of films (Ctrl+L)</source>
        <translation>Список фильмов (Ctrl+L)</translation>
    </message>
    <message>
        <source>Mute (M)</source>
        <translation>Без звука (M)</translation>
    </message>
    <message>
        <source>Full screen (F)</source>
        <translation>Во весь экран (F)</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Громкость</translation>
    </message>
    <message>
        <source>Time and length</source>
        <translation>Время и длительность</translation>
    </message>
    <message>
        <source>Pause (Space)</source>
        <translation>Пауза (Пробел)</translation>
    </message>
    <message>
        <source>Sound on (M)</source>
        <translation>Включить звук (M)</translation>
    </message>
    <message>
        <source>Leave full screen (Esc)</source>
        <translation>Выйти из полного экрана (Esc)</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::DoneCard</name>
    <message>
        <source>Spent</source>
        <translation>Потрачено</translation>
    </message>
    <message>
        <source>Came back</source>
        <translation>Вернулось</translation>
    </message>
    <message>
        <source>Segments receipted</source>
        <translation>Подтверждено сегментов</translation>
    </message>
    <message>
        <source>Open another film</source>
        <translation>Открыть другой фильм</translation>
    </message>
    <message>
        <source>Replay</source>
        <translation>Сначала</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 из %2</translation>
    </message>
    <message>
        <source>Settling with the tracker …</source>
        <translation>Расчёт с трекером …</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::DraftLine</name>
    <message>
        <source>Discard</source>
        <translation>Убрать</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Продолжить</translation>
    </message>
    <message>
        <source>“%1” was not published to its end. It is cut into segments from the beginning.</source>
        <translation>Публикация «%1» не завершена. Нарезка на сегменты начнётся сначала.</translation>
    </message>
    <message>
        <source>“%1” was not published to its end. It is cut into segments; what is missing is to store them.</source>
        <translation>Публикация «%1» не завершена. Фильм нарезан на сегменты, осталось их сохранить.</translation>
    </message>
    <message>
        <source>Go on with publishing “%1”</source>
        <translation>Продолжить публикацию «%1»</translation>
    </message>
    <message>
        <source>Discard “%1”</source>
        <translation>Убрать «%1»</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::FilmCard</name>
    <message>
        <source>%1, %2, %3</source>
        <translation>%1, %2, %3</translation>
    </message>
    <message>
        <source>about %1 tokens</source>
        <translation>около %1 токенов</translation>
    </message>
    <message>
        <source>price not known</source>
        <translation>цена неизвестна</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message numerus="yes">
        <source>%n seeder(s)</source>
        <translation>
            <numerusform>%n сид</numerusform>
            <numerusform>%n сида</numerusform>
            <numerusform>%n сидов</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>осталось %1</translation>
    </message>
    <message>
        <source>Go on at %1</source>
        <translation>Дальше с %1</translation>
    </message>
    <message>
        <source>%1 · no answer</source>
        <translation>%1 · нет ответа</translation>
    </message>
    <message>
        <source>%1 · %2 ms</source>
        <translation>%1 · %2 мс</translation>
    </message>
    <message>
        <source>%1 · %2 of %3 answer</source>
        <translation>%1 · отвечают %2 из %3</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::FirstRun</name>
    <message>
        <source>Welcome to Mutoscope</source>
        <translation>Добро пожаловать в Mutoscope</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Назад</translation>
    </message>
    <message>
        <source>Skip</source>
        <translation>Пропустить</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Дальше</translation>
    </message>
    <message>
        <source>What may be spent</source>
        <translation>Что можно тратить</translation>
    </message>
    <message>
        <source>Before a film plays, you see what all of it costs, and the most that can be taken from your wallet. Nothing is spent beyond that.</source>
        <translation>Перед фильмом вы видите, сколько он стоит весь и сколько самое большее может уйти из кошелька. Сверх этого ничего не тратится.</translation>
    </message>
    <message>
        <source>Seeding</source>
        <translation>Раздача</translation>
    </message>
    <message>
        <source>Who seeds gives films to others and is paid for each piece of them. It is off until you switch it on, here, or for single films later.</source>
        <translation>Кто раздаёт, тот отдаёт фильмы другим и получает плату за каждый их кусок. Раздача выключена, пока вы её не включите: здесь или позже для отдельных фильмов.</translation>
    </message>
    <message>
        <source>There is no wallet to earn with yet; these can be chosen in the settings once there is one.</source>
        <translation>Кошелька, чтобы зарабатывать, ещё нет; когда он появится, это можно выбрать в настройках.</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 из %2</translation>
    </message>
    <message>
        <source>Step %1 of %2</source>
        <translation>Шаг %1 из %2</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Готово</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::HistoryModel</name>
    <message>
        <source>Issued by the tracker</source>
        <translation>Выпущено трекером</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Получено</translation>
    </message>
    <message>
        <source>Sent</source>
        <translation>Отправлено</translation>
    </message>
    <message>
        <source>Topped up the spend address</source>
        <translation>Пополнение адреса для трат</translation>
    </message>
    <message>
        <source>Income paid out</source>
        <translation>Доход выплачен</translation>
    </message>
    <message>
        <source>Contract opened — reserved</source>
        <translation>Контракт открыт — зарезервировано</translation>
    </message>
    <message>
        <source>Watched</source>
        <translation>Просмотрено</translation>
    </message>
    <message>
        <source>Contract closed — came back</source>
        <translation>Контракт закрыт — вернулось</translation>
    </message>
    <message>
        <source>Earned by seeding</source>
        <translation>Заработано раздачей</translation>
    </message>
    <message>
        <source>Address closed</source>
        <translation>Адрес закрыт</translation>
    </message>
    <message>
        <source>film %1</source>
        <translation>фильм %1</translation>
    </message>
    <message>
        <source>Reserved: %1 tokens</source>
        <translation>Зарезервировано токенов: %1</translation>
    </message>
    <message>
        <source>Came back: %1 tokens</source>
        <translation>Вернулось токенов: %1</translation>
    </message>
    <message>
        <source>Film: %1</source>
        <translation>Фильм: %1</translation>
    </message>
    <message>
        <source>Contract: %1</source>
        <translation>Контракт: %1</translation>
    </message>
    <message>
        <source>Address: %1</source>
        <translation>Адрес: %1</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Время</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Что</translation>
    </message>
    <message>
        <source>Film or address</source>
        <translation>Фильм или адрес</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>Токены</translation>
    </message>
    <message>
        <source>Double click to note what it was for</source>
        <translation>Двойной щелчок — записать, для чего это было</translation>
    </message>
    <message>
        <source>Label</source>
        <translation>Метка</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::HomePage</name>
    <message>
        <source>Films</source>
        <translation>Фильмы</translation>
    </message>
    <message>
        <source>More films</source>
        <translation>Ещё фильмы</translation>
    </message>
    <message>
        <source>The way on where no film is listed</source>
        <translation>Куда дальше, если фильмов нет</translation>
    </message>
    <message>
        <source>Paste a link</source>
        <translation>Вставить ссылку</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Попробовать ещё раз</translation>
    </message>
    <message>
        <source>Films with “%1”</source>
        <translation>Фильмы со словами «%1»</translation>
    </message>
    <message>
        <source>Nobody seeds a film at this tracker just now.</source>
        <translation>Сейчас на этом трекере никто не раздаёт фильмов.</translation>
    </message>
    <message>
        <source>No film at this tracker has these words.</source>
        <translation>На этом трекере нет фильмов с такими словами.</translation>
    </message>
    <message>
        <source>All films</source>
        <translation>Все фильмы</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Копировать ссылку</translation>
    </message>
    <message>
        <source>Link and QR code …</source>
        <translation>Ссылка и QR-код …</translation>
    </message>
    <message>
        <source>Continue watching</source>
        <translation>Досмотреть</translation>
    </message>
    <message>
        <source>No wallet tracker was chosen yet: it knows which films there are, and keeps your tokens.</source>
        <translation>Трекер кошелька ещё не выбран: он знает, какие есть фильмы, и хранит ваши токены.</translation>
    </message>
    <message>
        <source>Seeders …</source>
        <translation>Сиды …</translation>
    </message>
    <message>
        <source>Choose a tracker…</source>
        <translation>Выбрать трекер…</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::HoverCard</name>
    <message>
        <source>Picture of the film there</source>
        <translation>Кадр фильма в этом месте</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::KeyBanner</name>
    <message>
        <source>Restore…</source>
        <translation>Восстановить…</translation>
    </message>
    <message>
        <source>There is no wallet yet.</source>
        <translation>Кошелька ещё нет.</translation>
    </message>
    <message>
        <source>Make or restore one…</source>
        <translation>Создать или восстановить…</translation>
    </message>
    <message>
        <source>The wallet is locked: nothing is paid or earned.</source>
        <translation>Кошелёк заблокирован: ничего не оплачивается и не зарабатывается.</translation>
    </message>
    <message>
        <source>Unlock…</source>
        <translation>Разблокировать…</translation>
    </message>
    <message>
        <source>The wallet&apos;s key can&apos;t be had.</source>
        <translation>Ключ кошелька недоступен.</translation>
    </message>
    <message>
        <source>The wallet&apos;s key can&apos;t be had: %1</source>
        <translation>Ключ кошелька недоступен: %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Попробовать ещё раз</translation>
    </message>
    <message>
        <source>Your wallet is only on this computer. Write down its 24 words.</source>
        <translation>Ваш кошелёк есть только на этом компьютере. Запишите его 24 слова.</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Сохранить слова…</translation>
    </message>
    <message>
        <source>What the wallet needs</source>
        <translation>Что нужно кошельку</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::KeyDialog</name>
    <message>
        <source>Not now</source>
        <translation>Не сейчас</translation>
    </message>
    <message>
        <source>A new wallet</source>
        <translation>Новый кошелёк</translation>
    </message>
    <message>
        <source>Make the wallet</source>
        <translation>Создать кошелёк</translation>
    </message>
    <message>
        <source>I have 24 words…</source>
        <translation>У меня есть 24 слова…</translation>
    </message>
    <message>
        <source>Restore the wallet</source>
        <translation>Восстановить кошелёк</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Восстановить</translation>
    </message>
    <message>
        <source>Unlock the wallet</source>
        <translation>Разблокировать кошелёк</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>Разблокировать</translation>
    </message>
    <message>
        <source>Back up the wallet</source>
        <translation>Резервная копия кошелька</translation>
    </message>
    <message>
        <source>The 24 words</source>
        <translation>24 слова</translation>
    </message>
    <message>
        <source>24 words with spaces between</source>
        <translation>24 слова через пробел</translation>
    </message>
    <message>
        <source>Passphrase for it on this computer (may be empty)</source>
        <translation>Парольная фраза для него на этом компьютере (можно оставить пустой)</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>Парольная фраза</translation>
    </message>
    <message>
        <source>The passphrase once more</source>
        <translation>Парольная фраза ещё раз</translation>
    </message>
    <message>
        <source>The wallet&apos;s key will rest in a file on this computer. Without a passphrase, whoever reads that file has your tokens.</source>
        <translation>Ключ кошелька будет лежать в файле на этом компьютере. Без парольной фразы ваши токены — у того, кто прочтёт этот файл.</translation>
    </message>
    <message>
        <source>The wallet&apos;s key will rest in your desktop&apos;s keychain.</source>
        <translation>Ключ кошелька будет лежать в хранилище ключей вашего рабочего стола.</translation>
    </message>
    <message>
        <source>A locked wallet is shown, but it does not sign: nothing is paid or earned.</source>
        <translation>Заблокированный кошелёк виден, но не подписывает: ничего не оплачивается и не зарабатывается.</translation>
    </message>
    <message>
        <source>24 words are your wallet. Whoever has them has your tokens; if this computer is lost, nothing else brings them back. Take paper and a pen.</source>
        <translation>24 слова — это ваш кошелёк. У кого они есть, у того ваши токены; если этот компьютер пропадёт, ничто другое их не вернёт. Возьмите бумагу и ручку.</translation>
    </message>
    <message>
        <source>Write these words down, in this order.</source>
        <translation>Запишите эти слова в этом порядке.</translation>
    </message>
    <message>
        <source>Now type them from the paper, so that it is certain they can be read.</source>
        <translation>Теперь введите их с бумаги, чтобы убедиться, что их можно прочесть.</translation>
    </message>
    <message>
        <source>Show the words</source>
        <translation>Показать слова</translation>
    </message>
    <message>
        <source>I have written them down</source>
        <translation>Слова записаны</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Проверить</translation>
    </message>
    <message>
        <source>The two passphrases differ.</source>
        <translation>Парольные фразы различаются.</translation>
    </message>
    <message>
        <source>%1 of %2 words</source>
        <translation>%1 из %2 слов</translation>
    </message>
    <message>
        <source>Another passphrase</source>
        <translation>Другая парольная фраза</translation>
    </message>
    <message>
        <source>Change it</source>
        <translation>Сменить</translation>
    </message>
    <message>
        <source>Move the key into the keychain</source>
        <translation>Перенести ключ в хранилище ключей</translation>
    </message>
    <message>
        <source>Move the key into a file</source>
        <translation>Перенести ключ в файл</translation>
    </message>
    <message>
        <source>Move it</source>
        <translation>Перенести</translation>
    </message>
    <message>
        <source>Passphrase until now</source>
        <translation>Прежняя парольная фраза</translation>
    </message>
    <message>
        <source>Passphrase from now on (may be empty)</source>
        <translation>Новая парольная фраза (может быть пустой)</translation>
    </message>
    <message>
        <source>Your addresses, balances and history come back from the tracker, and the films that you watched into the library.</source>
        <translation>Адреса, балансы и история вернутся с трекера, а просмотренные фильмы — в библиотеку.</translation>
    </message>
    <message>
        <source>It opens the file with the wallet&apos;s key on this computer. Without one, whoever reads that file has your tokens. The 24 words stay as they are.</source>
        <translation>Она открывает файл с ключом кошелька на этом компьютере. Без неё ваши токены достанутся любому, кто прочтёт этот файл. 24 слова остаются прежними.</translation>
    </message>
    <message>
        <source>It is asked for beside your desktop&apos;s keychain. The 24 words stay as they are.</source>
        <translation>Она спрашивается в дополнение к хранилищу ключей рабочего стола. 24 слова остаются прежними.</translation>
    </message>
    <message>
        <source>The wallet&apos;s key goes from your desktop&apos;s keychain into a file on this computer. Without a passphrase, whoever reads that file has your tokens.</source>
        <translation>Ключ кошелька переносится из хранилища ключей рабочего стола в файл на этом компьютере. Без парольной фразы ваши токены достанутся любому, кто прочтёт этот файл.</translation>
    </message>
    <message>
        <source>The wallet&apos;s key goes from the file into your desktop&apos;s keychain, which opens when you log in. It is taken from the file only when it surely is there.</source>
        <translation>Ключ кошелька переносится из файла в хранилище ключей рабочего стола, которое открывается при входе в систему. Из файла он убирается, только когда он точно есть в хранилище.</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::KeyLine</name>
    <message>
        <source>The wallet&apos;s key rests in your desktop&apos;s keychain, under a passphrase of its own.</source>
        <translation>Ключ кошелька лежит в хранилище ключей рабочего стола под собственной парольной фразой.</translation>
    </message>
    <message>
        <source>The wallet&apos;s key rests in your desktop&apos;s keychain.</source>
        <translation>Ключ кошелька лежит в хранилище ключей рабочего стола.</translation>
    </message>
    <message>
        <source>The wallet&apos;s key rests in a file on this computer, under a passphrase.</source>
        <translation>Ключ кошелька лежит в файле на этом компьютере под парольной фразой.</translation>
    </message>
    <message>
        <source>The wallet&apos;s key rests in a file on this computer without a passphrase: whoever reads that file has your tokens.</source>
        <translation>Ключ кошелька лежит в файле на этом компьютере без парольной фразы: ваши токены достанутся любому, кто прочтёт этот файл.</translation>
    </message>
    <message>
        <source>24 words…</source>
        <translation>24 слова…</translation>
    </message>
    <message>
        <source>Show the wallet&apos;s 24 words</source>
        <translation>Показать 24 слова кошелька</translation>
    </message>
    <message>
        <source>Passphrase…</source>
        <translation>Парольная фраза…</translation>
    </message>
    <message>
        <source>Change the passphrase of the wallet&apos;s key</source>
        <translation>Сменить парольную фразу ключа кошелька</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Заблокировать</translation>
    </message>
    <message>
        <source>Lock the wallet</source>
        <translation>Заблокировать кошелёк</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Ключ</translation>
    </message>
    <message>
        <source>Move into the keychain…</source>
        <translation>Перенести в хранилище…</translation>
    </message>
    <message>
        <source>Move into a file…</source>
        <translation>Перенести в файл…</translation>
    </message>
    <message>
        <source>Move the wallet&apos;s key</source>
        <translation>Перенести ключ кошелька</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::KeyMap</name>
    <message>
        <source>Play or pause</source>
        <translation>Воспроизведение или пауза</translation>
    </message>
    <message>
        <source>Back by 5 seconds</source>
        <translation>Назад на 5 секунд</translation>
    </message>
    <message>
        <source>On by 5 seconds</source>
        <translation>Вперёд на 5 секунд</translation>
    </message>
    <message>
        <source>Back by 10 seconds</source>
        <translation>Назад на 10 секунд</translation>
    </message>
    <message>
        <source>On by 10 seconds</source>
        <translation>Вперёд на 10 секунд</translation>
    </message>
    <message>
        <source>The picture before</source>
        <translation>Предыдущий кадр</translation>
    </message>
    <message>
        <source>The next picture</source>
        <translation>Следующий кадр</translation>
    </message>
    <message>
        <source>Slower</source>
        <translation>Медленнее</translation>
    </message>
    <message>
        <source>Faster</source>
        <translation>Быстрее</translation>
    </message>
    <message>
        <source>Normal speed</source>
        <translation>Обычная скорость</translation>
    </message>
    <message>
        <source>Louder</source>
        <translation>Громче</translation>
    </message>
    <message>
        <source>Softer</source>
        <translation>Тише</translation>
    </message>
    <message>
        <source>Sound off or on</source>
        <translation>Выключить или включить звук</translation>
    </message>
    <message>
        <source>The next subtitles, or none</source>
        <translation>Следующие субтитры или никаких</translation>
    </message>
    <message>
        <source>The next sound track</source>
        <translation>Следующая звуковая дорожка</translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation>Во весь экран</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Статистика</translation>
    </message>
    <message>
        <source>The next film of the list</source>
        <translation>Следующий фильм списка</translation>
    </message>
    <message>
        <source>The film before it in the list</source>
        <translation>Предыдущий фильм списка</translation>
    </message>
    <message>
        <source>The list of films</source>
        <translation>Список фильмов</translation>
    </message>
    <message>
        <source>Paste a link</source>
        <translation>Вставить ссылку</translation>
    </message>
    <message>
        <source>Publish a video file</source>
        <translation>Опубликовать видеофайл</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Главная</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Библиотека</translation>
    </message>
    <message>
        <source>Player</source>
        <translation>Плеер</translation>
    </message>
    <message>
        <source>Seeding</source>
        <translation>Раздача</translation>
    </message>
    <message>
        <source>Wallet</source>
        <translation>Кошелёк</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>This list</source>
        <translation>Этот список</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Выйти</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::KeysDialog</name>
    <message>
        <source>Keys</source>
        <translation>Клавиши</translation>
    </message>
    <message>
        <source>All as they were</source>
        <translation>Всё как было</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Take this key away</source>
        <translation>Убрать эту клавишу</translation>
    </message>
    <message>
        <source>%1: take away %2</source>
        <translation>%1: убрать %2</translation>
    </message>
    <message>
        <source>Another key for this</source>
        <translation>Ещё одна клавиша</translation>
    </message>
    <message>
        <source>%1: another key</source>
        <translation>%1: ещё одна клавиша</translation>
    </message>
    <message>
        <source>To so many tenths of the film</source>
        <translation>К стольким десятым фильма</translation>
    </message>
    <message>
        <source>Leave full screen</source>
        <translation>Выйти из полного экрана</translation>
    </message>
    <message>
        <source>A click on a key takes it away, + adds one.</source>
        <translation>Щелчок по клавише убирает её, + добавляет новую.</translation>
    </message>
    <message>
        <source>Press the new key now, or Esc to leave it as it is.</source>
        <translation>Нажмите новую клавишу или Esc, чтобы оставить как есть.</translation>
    </message>
    <message>
        <source>%1 always does the same.</source>
        <translation>%1 всегда делает одно и то же.</translation>
    </message>
    <message>
        <source>%1 does it now.</source>
        <translation>Теперь это делает %1.</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::LanguageBox</name>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Как на рабочем столе</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::LibraryModel</name>
    <message>
        <source>Left at %1</source>
        <translation>Остановлено на %1</translation>
    </message>
    <message>
        <source>Published by you</source>
        <translation>Опубликовано вами</translation>
    </message>
    <message>
        <source>All of it is here</source>
        <translation>Весь здесь</translation>
    </message>
    <message>
        <source>Not on this computer any more</source>
        <translation>Больше нет на этом компьютере</translation>
    </message>
    <message>
        <source>%1 % of it is here</source>
        <translation>Здесь %1 %</translation>
    </message>
    <message>
        <source>Seeding is on</source>
        <translation>Раздача включена</translation>
    </message>
    <message>
        <source>Seeding is off</source>
        <translation>Раздача выключена</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Удалить</translation>
    </message>
    <message>
        <source>Only what is here as a whole can be seeded.</source>
        <translation>Раздавать можно только то, что есть здесь целиком.</translation>
    </message>
    <message>
        <source>Remove the film from this computer</source>
        <translation>Удалить фильм с этого компьютера</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Название</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>Длительность</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>На диске</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Раздача</translation>
    </message>
    <message>
        <source>Permit until %1</source>
        <translation>Разрешение до %1</translation>
    </message>
    <message>
        <source>Permit ended on %1</source>
        <translation>Разрешение истекло %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::LibraryPage</name>
    <message>
        <source>Filter the library</source>
        <translation>Отбор в библиотеке</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Отбор</translation>
    </message>
    <message>
        <source>Continue the film that was left last</source>
        <translation>Продолжить фильм, оставленный последним</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Библиотека</translation>
    </message>
    <message>
        <source>Films on this computer</source>
        <translation>Фильмы на этом компьютере</translation>
    </message>
    <message>
        <source>What you watch or publish is kept here.</source>
        <translation>Здесь хранится то, что вы смотрите или публикуете.</translation>
    </message>
    <message>
        <source>Find a film</source>
        <translation>Найти фильм</translation>
    </message>
    <message>
        <source>%1 on this disk</source>
        <translation>%1 на этом диске</translation>
    </message>
    <message>
        <source>%1 of %2 that films may take</source>
        <translation>%1 из %2, отведённых фильмам</translation>
    </message>
    <message>
        <source> · %1 free</source>
        <translation> · свободно %1</translation>
    </message>
    <message numerus="yes">
        <source>%n film(s) · %1</source>
        <translation>
            <numerusform>%n фильм · %1</numerusform>
            <numerusform>%n фильма · %1</numerusform>
            <numerusform>%n фильмов · %1</numerusform>
        </translation>
    </message>
    <message>
        <source>Continue at %1</source>
        <translation>Продолжить с %1</translation>
    </message>
    <message>
        <source>Continue “%1”</source>
        <translation>Продолжить «%1»</translation>
    </message>
    <message>
        <source>Remove a film</source>
        <translation>Удалить фильм</translation>
    </message>
    <message>
        <source>“%1” was published here. Nobody can watch it any more unless somebody else seeds it.</source>
        <translation>«%1» опубликован здесь. Никто больше не сможет его посмотреть, если его не раздаёт кто-то ещё.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Удалить</translation>
    </message>
    <message>
        <source>Which films of the library</source>
        <translation>Какие фильмы библиотеки</translation>
    </message>
    <message>
        <source>All films</source>
        <translation>Все фильмы</translation>
    </message>
    <message>
        <source>Published by me</source>
        <translation>Опубликованные мной</translation>
    </message>
    <message>
        <source>Watched</source>
        <translation>Просмотренные</translation>
    </message>
    <message>
        <source>Left in the middle</source>
        <translation>Недосмотренные</translation>
    </message>
    <message>
        <source>%1: %2, %3</source>
        <translation>%1: %2, %3</translation>
    </message>
    <message>
        <source>No film here fits.</source>
        <translation>Таких фильмов здесь нет.</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Показать все</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::MainWindow</name>
    <message>
        <source>Mutoscope</source>
        <translation>Mutoscope</translation>
    </message>
    <message>
        <source>watched to the end</source>
        <translation>просмотрено до конца</translation>
    </message>
    <message>
        <source>Home</source>
        <translation>Главная</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Библиотека</translation>
    </message>
    <message>
        <source>Player</source>
        <translation>Плеер</translation>
    </message>
    <message>
        <source>Seeding</source>
        <translation>Раздача</translation>
    </message>
    <message>
        <source>Wallet</source>
        <translation>Кошелёк</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>another film was opened</source>
        <translation>открыт другой фильм</translation>
    </message>
    <message>
        <source>%1 — Mutoscope</source>
        <translation>%1 — Mutoscope</translation>
    </message>
    <message>
        <source>the window was closed</source>
        <translation>окно закрыто</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::NextCard</name>
    <message>
        <source>Stay here</source>
        <translation>Остаться здесь</translation>
    </message>
    <message>
        <source>Play now</source>
        <translation>Смотреть сейчас</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::Notices</name>
    <message>
        <source>The film was not published</source>
        <translation>Фильм не опубликован</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>Опубликовано</translation>
    </message>
    <message>
        <source>Whoever has the link can watch the film.</source>
        <translation>Смотреть фильм может каждый, у кого есть ссылка.</translation>
    </message>
    <message>
        <source>Seeding has earned something</source>
        <translation>Раздача кое-что заработала</translation>
    </message>
    <message>
        <source>%1 tokens are waiting to be paid out.</source>
        <translation>Ждут выплаты, токенов: %1.</translation>
    </message>
    <message>
        <source>Mutoscope goes on in the tray</source>
        <translation>Mutoscope остаётся в трее</translation>
    </message>
    <message>
        <source>It seeds until you choose Quit there.</source>
        <translation>Он раздаёт, пока вы не выберете там «Выйти».</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::PermitDialog</name>
    <message>
        <source>Permits for a film</source>
        <translation>Разрешения на фильм</translation>
    </message>
    <message>
        <source>Copy the film&apos;s link</source>
        <translation>Копировать ссылку на фильм</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Make a permit</source>
        <translation>Создать разрешение</translation>
    </message>
    <message>
        <source>Only those who have a permit can watch it. Each permit is for one viewer, who finds the key that you need here on the screen when opening the film.</source>
        <translation>Смотреть могут только те, у кого есть разрешение. Каждое разрешение — для одного зрителя: нужный здесь ключ он увидит на экране, открыв фильм.</translation>
    </message>
    <message>
        <source>The viewer&apos;s key</source>
        <translation>Ключ зрителя</translation>
    </message>
    <message>
        <source>For how long</source>
        <translation>На какой срок</translation>
    </message>
    <message>
        <source>For a day</source>
        <translation>На день</translation>
    </message>
    <message>
        <source>For a week</source>
        <translation>На неделю</translation>
    </message>
    <message>
        <source>For 30 days</source>
        <translation>На 30 дней</translation>
    </message>
    <message>
        <source>For a year</source>
        <translation>На год</translation>
    </message>
    <message>
        <source>The film&apos;s link with the permit</source>
        <translation>Ссылка на фильм с разрешением</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Копировать</translation>
    </message>
    <message>
        <source>Copy the link with the permit</source>
        <translation>Копировать ссылку с разрешением</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>Сохранить…</translation>
    </message>
    <message>
        <source>Save the link with the permit in a file</source>
        <translation>Сохранить ссылку с разрешением в файл</translation>
    </message>
    <message>
        <source>Send this link, or a file with it, to the viewer. Nobody else can use it.</source>
        <translation>Пошлите эту ссылку или файл с ней зрителю. Никому другому она не подойдёт.</translation>
    </message>
    <message>
        <source>This is no key: one has 43 letters, digits, - and _.</source>
        <translation>Это не ключ: в нём 43 знака — буквы, цифры, - и _.</translation>
    </message>
    <message>
        <source>It ends on %1.</source>
        <translation>Действует до %1.</translation>
    </message>
    <message>
        <source>There is no permit: %1.</source>
        <translation>Разрешение не создано: %1.</translation>
    </message>
    <message>
        <source>Save a permit</source>
        <translation>Сохранить разрешение</translation>
    </message>
    <message>
        <source>Permits (*.permit)</source>
        <translation>Разрешения (*.permit)</translation>
    </message>
    <message>
        <source>The permit can&apos;t be written: %1.</source>
        <translation>Не удалось записать разрешение: %1.</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::PlayerPage</name>
    <message>
        <source>Volume %1 %</source>
        <translation>Громкость %1 %</translation>
    </message>
    <message>
        <source>Speed %1 ×</source>
        <translation>Скорость %1 ×</translation>
    </message>
    <message>
        <source>closed by the viewer</source>
        <translation>закрыто зрителем</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>Фильм</translation>
    </message>
    <message>
        <source>Statistics</source>
        <translation>Статистика</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::PosterChoice</name>
    <message>
        <source>The poster</source>
        <translation>Афиша</translation>
    </message>
    <message>
        <source>Which picture of the film, in seconds from its beginning</source>
        <translation>Какой кадр фильма, в секундах от начала</translation>
    </message>
    <message>
        <source>From a file…</source>
        <translation>Из файла…</translation>
    </message>
    <message>
        <source>Choose a poster</source>
        <translation>Выбрать афишу</translation>
    </message>
    <message>
        <source>Pictures (*.jpg *.jpeg *.png)</source>
        <translation>Картинки (*.jpg *.jpeg *.png)</translation>
    </message>
    <message>
        <source>the picture at %1</source>
        <translation>кадр на %1</translation>
    </message>
    <message>
        <source>a picture of the film</source>
        <translation>кадр из фильма</translation>
    </message>
    <message>
        <source>%1 is no JPEG or PNG of at most 1 MiB and 4,096 pixels a side.</source>
        <translation>%1 — не JPEG и не PNG до 1 МиБ и до 4096 точек по стороне.</translation>
    </message>
    <message>
        <source>%1 can&apos;t be read any more.</source>
        <translation>%1 больше не прочитать.</translation>
    </message>
    <message>
        <source>The film has no picture there. The first one will be taken.</source>
        <translation>В этом месте фильма нет кадра. Будет взят первый.</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::ProblemCard</name>
    <message>
        <source>New cap, in tokens</source>
        <translation>Новый предел, в токенах</translation>
    </message>
    <message>
        <source>Reserve at most</source>
        <translation>Зарезервировать не больше</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>токенов</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Попробовать ещё раз</translation>
    </message>
    <message>
        <source>Paste another link</source>
        <translation>Вставить другую ссылку</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>Копировать команду</translation>
    </message>
    <message>
        <source>Copy your key</source>
        <translation>Копировать свой ключ</translation>
    </message>
    <message>
        <source>Paste the link</source>
        <translation>Вставить ссылку</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::ProgressCard</name>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::PublishDialog</name>
    <message>
        <source>Publish a film</source>
        <translation>Опубликовать фильм</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Название</translation>
    </message>
    <message>
        <source>Price for each MiB, in tokens</source>
        <translation>Цена за каждый МиБ, в токенах</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Ход работы</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>Опубликовать</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Looking into the file …</source>
        <translation>Просматривается файл …</translation>
    </message>
    <message>
        <source>Cutting the film into segments …</source>
        <translation>Фильм режется на сегменты …</translation>
    </message>
    <message>
        <source>Storing and signing …</source>
        <translation>Сохранение и подпись …</translation>
    </message>
    <message>
        <source>Published. Whoever has the link can watch it.</source>
        <translation>Опубликовано. Смотреть может каждый, у кого есть ссылка.</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Копировать ссылку</translation>
    </message>
    <message>
        <source>An amount has digits and at most six decimals.</source>
        <translation>В сумме — цифры и не больше шести знаков после запятой.</translation>
    </message>
    <message>
        <source>%1, so about %2 tokens for all of it.</source>
        <translation>%1, то есть около %2 токенов за всё.</translation>
    </message>
    <message>
        <source>That is more than anybody has.</source>
        <translation>Столько нет ни у кого.</translation>
    </message>
    <message>
        <source>%1 · %2</source>
        <translation>%1 · %2</translation>
    </message>
    <message>
        <source>Who may watch</source>
        <translation>Кто может смотреть</translation>
    </message>
    <message>
        <source>Everybody who pays</source>
        <translation>Все, кто платит</translation>
    </message>
    <message>
        <source>Those to whom I give a permit</source>
        <translation>Те, кому я дам разрешение</translation>
    </message>
    <message>
        <source>The film is encrypted: even those who seed it can&apos;t watch it without a permit.</source>
        <translation>Фильм зашифрован: без разрешения его не увидят даже те, кто его раздаёт.</translation>
    </message>
    <message>
        <source>Published. On the Seeding page you make permits for those who may watch it.</source>
        <translation>Опубликовано. Разрешения для зрителей создаются на странице «Раздача».</translation>
    </message>
    <message>
        <source>There is no HLS playlist (.m3u8) in this folder, or none that stands for all.</source>
        <translation>В этой папке нет плейлиста HLS (.m3u8) или нет такого, который охватывает всё.</translation>
    </message>
    <message>
        <source>Poster</source>
        <translation>Афиша</translation>
    </message>
    <message>
        <source>Cancelling …</source>
        <translation>Отмена …</translation>
    </message>
    <message>
        <source>about %1 left</source>
        <translation>осталось около %1</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>Описание</translation>
    </message>
    <message>
        <source>What it is about (may be empty)</source>
        <translation>О чём он (можно не заполнять)</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Остановить</translation>
    </message>
    <message>
        <source>It can go on later, from the Seeding page</source>
        <translation>Продолжить можно позже, на странице «Раздача»</translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation>Остановка …</translation>
    </message>
    <message>
        <source>It can&apos;t be packaged: %1</source>
        <translation>Не удаётся нарезать: %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::QueuePanel</name>
    <message>
        <source>Films of this list</source>
        <translation>Фильмы этого списка</translation>
    </message>
    <message>
        <source>%1 of %2 films</source>
        <translation>%1 из %2 фильмов</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::ResumeCard</name>
    <message>
        <source>From the start</source>
        <translation>С начала</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Продолжить</translation>
    </message>
    <message>
        <source>Resume at %1</source>
        <translation>Продолжить с %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::RulesForm</name>
    <message>
        <source>Seed what I have watched</source>
        <translation>Раздавать просмотренное</translation>
    </message>
    <message>
        <source>Price for each MiB of what was watched, in tokens</source>
        <translation>Цена за каждый МиБ просмотренного, в токенах</translation>
    </message>
    <message>
        <source>for, in tokens for each MiB</source>
        <translation>по цене за МиБ, в токенах</translation>
    </message>
    <message>
        <source>Disk for films, at most</source>
        <translation>Диск под фильмы до</translation>
    </message>
    <message>
        <source>GB</source>
        <translation>ГБ</translation>
    </message>
    <message>
        <source>Always leave free</source>
        <translation>Оставлять свободными</translation>
    </message>
    <message>
        <source>Upload, at most</source>
        <translation>Отдавать, не быстрее</translation>
    </message>
    <message>
        <source>kB/s</source>
        <translation>кБ/с</translation>
    </message>
    <message>
        <source>Stop a film once uploaded</source>
        <translation>Прекратить, когда отдано</translation>
    </message>
    <message>
        <source>%</source>
        <translation>%</translation>
    </message>
    <message>
        <source>Stop a film after</source>
        <translation>Прекратить через</translation>
    </message>
    <message>
        <source>h</source>
        <translation>ч</translation>
    </message>
    <message>
        <source>%1, in %2</source>
        <translation>%1, в %2</translation>
    </message>
    <message>
        <source>Only between</source>
        <translation>Только между</translation>
    </message>
    <message>
        <source>Seed only at certain hours</source>
        <translation>Раздавать только в определённые часы</translation>
    </message>
    <message>
        <source>Seeding begins at</source>
        <translation>Начало раздачи</translation>
    </message>
    <message>
        <source>Seeding ends at</source>
        <translation>Конец раздачи</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>токенов</translation>
    </message>
    <message>
        <source>Where nobody can connect to you, a relay brings viewers and you together. Some ask for tokens once they have copied a free part. Off: only what is free is used.</source>
        <translation>Если к вам нельзя подключиться, ретранслятор соединяет вас со зрителями. Некоторые берут токены за передачу сверх бесплатной части. Выключено: используется только бесплатное.</translation>
    </message>
    <message>
        <source>Pay relays per MiB up to</source>
        <translation>Ретрансляторам за МиБ до</translation>
    </message>
    <message>
        <source>Pay relays in a day up to</source>
        <translation>Ретрансляторам за день до</translation>
    </message>
    <message>
        <source>and in a day up to</source>
        <translation>и за день до</translation>
    </message>
    <message>
        <source>From the next start on; one that a router passes on to this computer. Otherwise the program takes one that is free.</source>
        <translation>Со следующего запуска; такой, который маршрутизатор передаёт этому компьютеру. Иначе программа берёт свободный.</translation>
    </message>
    <message>
        <source>Port for viewers</source>
        <translation>Порт для зрителей</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SeedersDialog</name>
    <message>
        <source>Who seeds it</source>
        <translation>Кто его раздаёт</translation>
    </message>
    <message>
        <source>The seeders are being asked …</source>
        <translation>Сиды опрашиваются …</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Nobody seeds it just now.</source>
        <translation>Сейчас его никто не раздаёт.</translation>
    </message>
    <message>
        <source>Asked just now; an answer takes its connection, too.</source>
        <translation>Опрошены только что; во время ответа входит и подключение.</translation>
    </message>
    <message>
        <source>Seeder</source>
        <translation>Сид</translation>
    </message>
    <message>
        <source>Has</source>
        <translation>Есть</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Ответ</translation>
    </message>
    <message>
        <source>all of it</source>
        <translation>весь</translation>
    </message>
    <message>
        <source>a part</source>
        <translation>часть</translation>
    </message>
    <message>
        <source>%1 ms</source>
        <translation>%1 мс</translation>
    </message>
    <message>
        <source>none</source>
        <translation>нет</translation>
    </message>
    <message>
        <source>Tokens for each MiB</source>
        <translation>Токенов за МиБ</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SeedingModel</name>
    <message>
        <source>Off</source>
        <translation>Выключено</translation>
    </message>
    <message>
        <source>Paused: outside its hours</source>
        <translation>Приостановлено: вне отведённых часов</translation>
    </message>
    <message>
        <source>Done: uploaded as often as was wished</source>
        <translation>Готово: отдано столько, сколько хотелось</translation>
    </message>
    <message>
        <source>Done: seeded as long as was wished</source>
        <translation>Готово: раздавалось столько, сколько хотелось</translation>
    </message>
    <message>
        <source>Nobody can connect to you</source>
        <translation>К вам никто не может подключиться</translation>
    </message>
    <message>
        <source>Seeding, nobody has asked for it yet</source>
        <translation>Раздаётся, пока никто не спрашивал</translation>
    </message>
    <message>
        <source>Seeding</source>
        <translation>Раздача</translation>
    </message>
    <message>
        <source>On</source>
        <translation>Включено</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Копировать ссылку</translation>
    </message>
    <message>
        <source>Double click to change it, for contracts from now on</source>
        <translation>Двойной щелчок меняет её для новых контрактов</translation>
    </message>
    <message>
        <source>Stop seeding</source>
        <translation>Прекратить раздачу</translation>
    </message>
    <message>
        <source>Start seeding</source>
        <translation>Начать раздачу</translation>
    </message>
    <message>
        <source>%1
%2, %3 tokens for each MiB, %4 uploaded</source>
        <translation>%1
%2, токенов за каждый МиБ: %3, отдано %4</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Название</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Размер</translation>
    </message>
    <message>
        <source>Price/MiB</source>
        <translation>Цена/МиБ</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Состояние</translation>
    </message>
    <message>
        <source>Viewers</source>
        <translation>Зрители</translation>
    </message>
    <message>
        <source>Uploaded</source>
        <translation>Отдано</translation>
    </message>
    <message>
        <source>Earned</source>
        <translation>Заработано</translation>
    </message>
    <message>
        <source>Permits</source>
        <translation>Разрешения</translation>
    </message>
    <message>
        <source>Make permits for those who may watch it</source>
        <translation>Создать разрешения для тех, кому можно смотреть</translation>
    </message>
    <message>
        <source>Copy the film&apos;s link</source>
        <translation>Копировать ссылку на фильм</translation>
    </message>
    <message>
        <source>Too dear: somebody else offers it for %1</source>
        <translation>Слишком дорого: другие предлагают за %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SeedingPage</name>
    <message>
        <source>Publish a film…</source>
        <translation>Опубликовать фильм…</translation>
    </message>
    <message>
        <source>Seeding</source>
        <translation>Раздача</translation>
    </message>
    <message>
        <source>Rules…</source>
        <translation>Правила…</translation>
    </message>
    <message>
        <source>Earned</source>
        <translation>Заработано</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>Токенов: %1</translation>
    </message>
    <message>
        <source>Rules</source>
        <translation>Правила</translation>
    </message>
    <message>
        <source>Films that you seed</source>
        <translation>Фильмы, которые вы раздаёте</translation>
    </message>
    <message>
        <source>Drop a video file here to publish it, and earn tokens for each segment that somebody watches.</source>
        <translation>Перетащите сюда видеофайл, чтобы опубликовать его и зарабатывать токены за каждый сегмент, который кто-то посмотрит.</translation>
    </message>
    <message>
        <source>earned by all titles · %1 of %2 on · %3 watching now</source>
        <translation>заработано всеми фильмами · включено %1 из %2 · смотрят сейчас: %3</translation>
    </message>
    <message>
        <source>Publish a film</source>
        <translation>Опубликовать фильм</translation>
    </message>
    <message>
        <source>Films (*.mp4 *.m4v *.mkv *.webm *.mov *.ts *.avi *.mpg *.mpeg *.ogv *.flv *.m3u8);;All files (*)</source>
        <translation>Фильмы (*.mp4 *.m4v *.mkv *.webm *.mov *.ts *.avi *.mpg *.mpeg *.ogv *.flv *.m3u8);;Все файлы (*)</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SeekBar</name>
    <message>
        <source>Position in the film</source>
        <translation>Место в фильме</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::Sentences</name>
    <message>
        <source>The price of this film is not sensible: %1</source>
        <translation>Цена этого фильма бессмысленна: %1</translation>
    </message>
    <message>
        <source>All of this film costs %1, and the spend address is empty.</source>
        <translation>Весь фильм стоит %1, а адрес для трат пуст.</translation>
    </message>
    <message>
        <source>Today&apos;s limit of spending is used up. It can be raised in the settings; tomorrow there is a new one.</source>
        <translation>Дневной предел трат исчерпан. Его можно поднять в настройках; завтра будет новый.</translation>
    </message>
    <message>
        <source>The wallet tracker can&apos;t be reached: %1.</source>
        <translation>Трекер кошелька недоступен: %1.</translation>
    </message>
    <message>
        <source>The tracker can&apos;t be reached: %1.</source>
        <translation>Трекер недоступен: %1.</translation>
    </message>
    <message>
        <source>The tracker&apos;s films can&apos;t be looked up: %1.</source>
        <translation>Фильмы трекера не найти: %1.</translation>
    </message>
    <message>
        <source>Seeders can&apos;t be looked up: %1</source>
        <translation>Сидов не найти: %1</translation>
    </message>
    <message>
        <source>Only this computer seeds this film.</source>
        <translation>Этот фильм раздаёт только этот компьютер.</translation>
    </message>
    <message>
        <source>Nobody seeds this film just now.</source>
        <translation>Сейчас этот фильм никто не раздаёт.</translation>
    </message>
    <message>
        <source>%1 Nobody else seeds this film just now.</source>
        <translation>%1 Больше этот фильм сейчас никто не раздаёт.</translation>
    </message>
    <message>
        <source>The seeder at %1 failed: %2.</source>
        <translation>Сид %1 подвёл: %2.</translation>
    </message>
    <message>
        <source>an unknown address</source>
        <translation>по неизвестному адресу</translation>
    </message>
    <message>
        <source>The cap of %1 for this film is used up.</source>
        <translation>Предел для этого фильма, %1, исчерпан.</translation>
    </message>
    <message>
        <source>The contract could not be opened: %1.</source>
        <translation>Контракт не открылся: %1.</translation>
    </message>
    <message>
        <source>This film can&apos;t be played: %1</source>
        <translation>Этот фильм не показать: %1</translation>
    </message>
    <message>
        <source>The film can&apos;t be kept on this disk: %1.</source>
        <translation>Фильм не сохранить на этом диске: %1.</translation>
    </message>
    <message>
        <source>The film can&apos;t be kept on this disk: %1</source>
        <translation>Фильм не сохранить на этом диске: %1</translation>
    </message>
    <message>
        <source>This film can&apos;t be decrypted: its publisher has encrypted it wrongly.</source>
        <translation>Этот фильм не расшифровать: издатель зашифровал его неверно.</translation>
    </message>
    <message>
        <source>“%1” can&apos;t be watched: %2.</source>
        <translation>«%1» не посмотреть: %2.</translation>
    </message>
    <message>
        <source>This link can&apos;t be opened: %1.</source>
        <translation>Эту ссылку не открыть: %1.</translation>
    </message>
    <message>
        <source>This film can&apos;t be paid: %1.</source>
        <translation>Этот фильм нельзя оплатить: %1.</translation>
    </message>
    <message>
        <source>its seeders are paid at another wallet tracker, with which yours takes no contracts</source>
        <translation>его раздающие получают оплату на другом трекере, с которым ваш не заключает контрактов</translation>
    </message>
    <message>
        <source>Your wallet tracker knows nobody who seeds this film. The link names another one; whether the two take contracts together is up to their operators.</source>
        <translation>Ваш трекер не знает никого, кто раздаёт этот фильм. В ссылке назван другой; работают ли они по общим контрактам, решают их операторы.</translation>
    </message>
    <message>
        <source>the relay asks %1 for each MiB, and only free ones are to be used</source>
        <translation>ретранслятор просит %1 за МиБ, а использовать можно только бесплатные</translation>
    </message>
    <message>
        <source>the relay asks %1 for each MiB, and %2 is the most that is to be paid</source>
        <translation>ретранслятор просит %1 за МиБ, а платить можно самое большее %2</translation>
    </message>
    <message>
        <source>relays may cost %1 in a day, and today they have</source>
        <translation>ретрансляторы могут стоить %1 в день, и сегодня столько уже потрачено</translation>
    </message>
    <message>
        <source>the wallet tracker does not say what is on the spend address</source>
        <translation>трекер не сообщает, сколько на адресе для трат</translation>
    </message>
    <message>
        <source>there is too little on the spend address to pay the relay; top it up</source>
        <translation>на адресе для трат слишком мало, чтобы заплатить ретранслятору; пополните его</translation>
    </message>
    <message>
        <source>the relay can&apos;t be paid: %1</source>
        <translation>ретранслятору не удаётся заплатить: %1</translation>
    </message>
    <message>
        <source>a relay&apos;s units are asked for one after the other</source>
        <translation>единицы ретранслятора запрашиваются одна за другой</translation>
    </message>
    <message>
        <source>The permit in this link can&apos;t be used: %1.</source>
        <translation>Разрешение в этой ссылке не годится: %1.</translation>
    </message>
    <message>
        <source>The wallet is being opened</source>
        <translation>Кошелёк открывается</translation>
    </message>
    <message>
        <source>There is no wallet yet</source>
        <translation>Кошелька ещё нет</translation>
    </message>
    <message>
        <source>No wallet can be made: %1</source>
        <translation>Кошелёк не создать: %1</translation>
    </message>
    <message>
        <source>The wallet is locked</source>
        <translation>Кошелёк заблокирован</translation>
    </message>
    <message>
        <source>The wallet is locked: %1</source>
        <translation>Кошелёк заблокирован: %1</translation>
    </message>
    <message>
        <source>The wallet can&apos;t be opened: %1</source>
        <translation>Кошелёк не открыть: %1</translation>
    </message>
    <message>
        <source>This node can&apos;t start: %1</source>
        <translation>Узел не запускается: %1</translation>
    </message>
    <message>
        <source>this node does not listen for viewers</source>
        <translation>этот узел не ждёт зрителей</translation>
    </message>
    <message>
        <source>this node does not listen for viewers: %1</source>
        <translation>этот узел не ждёт зрителей: %1</translation>
    </message>
    <message>
        <source>the seeder&apos;s answer is not right: %1</source>
        <translation>ответ сида неверен: %1</translation>
    </message>
    <message>
        <source>the seeder&apos;s offer names no address</source>
        <translation>в предложении сида нет адреса</translation>
    </message>
    <message>
        <source>the seeder claims to have sent more than the contract allows</source>
        <translation>сид утверждает, что послал больше, чем разрешает контракт</translation>
    </message>
    <message>
        <source>the cap that was agreed to is reached</source>
        <translation>согласованный предел достигнут</translation>
    </message>
    <message>
        <source>this contract can&apos;t hold more segments</source>
        <translation>в этот контракт сегменты больше не помещаются</translation>
    </message>
    <message>
        <source>the seeder sent a segment of the wrong size</source>
        <translation>сид прислал сегмент не того размера</translation>
    </message>
    <message>
        <source>the seeder sent other bytes than the film&apos;s</source>
        <translation>сид прислал не те байты, что в фильме</translation>
    </message>
    <message>
        <source>the player&apos;s address on this computer can&apos;t be opened: %1</source>
        <translation>адрес для проигрывателя на этом компьютере не открыть: %1</translation>
    </message>
    <message>
        <source>the seeder does not have this film any more</source>
        <translation>у сида этого фильма больше нет</translation>
    </message>
    <message>
        <source>the segment is encrypted with another key</source>
        <translation>сегмент зашифрован другим ключом</translation>
    </message>
    <message>
        <source>the film was removed</source>
        <translation>фильм удалён</translation>
    </message>
    <message>
        <source>the seeder does not seed this film any more</source>
        <translation>сид больше не раздаёт этот фильм</translation>
    </message>
    <message>
        <source>the seeder is about to stop</source>
        <translation>сид собирается остановиться</translation>
    </message>
    <message>
        <source>the seeder can&apos;t reach its wallet tracker just now</source>
        <translation>сид сейчас не достаёт до своего трекера кошелька</translation>
    </message>
    <message>
        <source>the seeder has too many contracts open; try again in a minute</source>
        <translation>у сида открыто слишком много контрактов; попробуйте через минуту</translation>
    </message>
    <message>
        <source>the contract has expired before it began</source>
        <translation>контракт истёк, не начавшись</translation>
    </message>
    <message>
        <source>the node there does not offer this film</source>
        <translation>узел там не предлагает этот фильм</translation>
    </message>
    <message>
        <source>another node showed the seeder&apos;s offer</source>
        <translation>предложение сида показал другой узел</translation>
    </message>
    <message>
        <source>all ways to find seeders are switched off</source>
        <translation>все способы искать сидов выключены</translation>
    </message>
    <message>
        <source>the offer can&apos;t be read: %1</source>
        <translation>предложение не прочесть: %1</translation>
    </message>
    <message>
        <source>the offer is for another film</source>
        <translation>предложение для другого фильма</translation>
    </message>
    <message>
        <source>the offer has expired</source>
        <translation>предложение истекло</translation>
    </message>
    <message>
        <source>port 5353 can&apos;t be shared: %1</source>
        <translation>порт 5353 не разделить: %1</translation>
    </message>
    <message>
        <source>a permit must end later than now</source>
        <translation>разрешение должно кончаться позже, чем сейчас</translation>
    </message>
    <message>
        <source>the film is not on this computer</source>
        <translation>фильма нет на этом компьютере</translation>
    </message>
    <message>
        <source>the link has no permit in it</source>
        <translation>в ссылке нет разрешения</translation>
    </message>
    <message>
        <source>the permit is for another film than the link&apos;s</source>
        <translation>разрешение не для того фильма, что в ссылке</translation>
    </message>
    <message>
        <source>the permit can&apos;t be read, or is not signed by the one that it names</source>
        <translation>разрешение не прочесть, или оно подписано не тем, кто в нём назван</translation>
    </message>
    <message>
        <source>the permit is for another viewer</source>
        <translation>разрешение для другого зрителя</translation>
    </message>
    <message>
        <source>the permit has expired</source>
        <translation>срок разрешения истёк</translation>
    </message>
    <message>
        <source>the permit expires before it begins</source>
        <translation>разрешение истекает раньше, чем начинается</translation>
    </message>
    <message>
        <source>there are too many permits here already</source>
        <translation>разрешений здесь уже слишком много</translation>
    </message>
    <message>
        <source>only the film&apos;s publisher can make permits for it</source>
        <translation>разрешения на фильм может дать только его издатель</translation>
    </message>
    <message>
        <source>everybody may watch this film, it needs no permit</source>
        <translation>этот фильм можно смотреть всем, разрешение не нужно</translation>
    </message>
    <message>
        <source>the film was encrypted with a key that this node does not have</source>
        <translation>фильм зашифрован ключом, которого у этого узла нет</translation>
    </message>
    <message>
        <source>the viewer&apos;s key is not a key</source>
        <translation>ключ зрителя – не ключ</translation>
    </message>
    <message>
        <source>the permit lets this film be seeded, not watched</source>
        <translation>разрешение позволяет раздавать этот фильм, но не смотреть</translation>
    </message>
    <message>
        <source>the key in the permit is not the film&apos;s</source>
        <translation>ключ в разрешении не от этого фильма</translation>
    </message>
    <message>
        <source>this desktop has no keychain</source>
        <translation>у этого рабочего стола нет связки ключей</translation>
    </message>
    <message>
        <source>the keychain has no key for this wallet</source>
        <translation>в связке ключей нет ключа этого кошелька</translation>
    </message>
    <message>
        <source>the keychain stays locked: %1</source>
        <translation>связка ключей остаётся закрытой: %1</translation>
    </message>
    <message>
        <source>the keychain can&apos;t be asked: %1</source>
        <translation>связку ключей не спросить: %1</translation>
    </message>
    <message>
        <source>the wallet is being opened or changed just now</source>
        <translation>кошелёк как раз открывается или меняется</translation>
    </message>
    <message>
        <source>the wallet&apos;s key is damaged; restore it from its words</source>
        <translation>ключ кошелька повреждён; восстановите его по словам</translation>
    </message>
    <message>
        <source>the wallet is locked with a passphrase</source>
        <translation>кошелёк закрыт паролем</translation>
    </message>
    <message>
        <source>what rests where this wallet&apos;s key should be is another wallet&apos;s</source>
        <translation>там, где должен быть ключ этого кошелька, лежит ключ другого</translation>
    </message>
    <message>
        <source>%1; try again when the right one is open, or restore the wallet from its words</source>
        <translation>%1; попробуйте снова, когда будет открыта нужная, или восстановите кошелёк по словам</translation>
    </message>
    <message>
        <source>an empty passphrase protects nothing</source>
        <translation>пустой пароль ничего не защищает</translation>
    </message>
    <message>
        <source>the wallet&apos;s key would rest in a file, which needs a passphrase</source>
        <translation>ключ кошелька лежал бы в файле, а для него нужен пароль</translation>
    </message>
    <message>
        <source>there is a wallet already</source>
        <translation>кошелёк уже есть</translation>
    </message>
    <message>
        <source>there is a wallet already; unlock it</source>
        <translation>кошелёк уже есть; разблокируйте его</translation>
    </message>
    <message>
        <source>these are the words of another wallet than the one of this folder</source>
        <translation>это слова другого кошелька, не того, что в этой папке</translation>
    </message>
    <message>
        <source>another wallet&apos;s key is there; it is not replaced</source>
        <translation>там ключ другого кошелька; он не заменяется</translation>
    </message>
    <message>
        <source>the wallet&apos;s key was written, but is not there</source>
        <translation>ключ кошелька записан, но его там нет</translation>
    </message>
    <message>
        <source>these are the words of another wallet</source>
        <translation>это слова другого кошелька</translation>
    </message>
    <message>
        <source>the key file %1 is damaged; restore it from a backup</source>
        <translation>файл ключа %1 повреждён; восстановите его из копии</translation>
    </message>
    <message>
        <source>there is not enough memory to make a key of the passphrase</source>
        <translation>не хватает памяти, чтобы сделать ключ из пароля</translation>
    </message>
    <message>
        <source>this is no secret sealed with a passphrase, or it is damaged</source>
        <translation>это не секрет под паролем, или он повреждён</translation>
    </message>
    <message>
        <source>the passphrase is wrong</source>
        <translation>пароль неверен</translation>
    </message>
    <message>
        <source>this is more than 24 words</source>
        <translation>это больше, чем 24 слова</translation>
    </message>
    <message>
        <source>word %1 isn&apos;t in the list</source>
        <translation>слова номер %1 нет в списке</translation>
    </message>
    <message>
        <source>these are %1 words, not 24</source>
        <translation>слов %1, а не 24</translation>
    </message>
    <message>
        <source>the words don&apos;t fit together: one is wrong, or they are in another order</source>
        <translation>слова не сходятся: одно неверно, или порядок другой</translation>
    </message>
    <message>
        <source>no wallet tracker was chosen yet</source>
        <translation>трекер кошелька ещё не выбран</translation>
    </message>
    <message>
        <source>what answers there is not a wallet tracker of this network</source>
        <translation>там отвечает не трекер кошелька этой сети</translation>
    </message>
    <message>
        <source>the tracker&apos;s answer belongs to another request</source>
        <translation>ответ трекера – на другой запрос</translation>
    </message>
    <message>
        <source>the tracker signs with another key than its link names</source>
        <translation>трекер подписывает другим ключом, не тем, что в ссылке</translation>
    </message>
    <message>
        <source>the tracker signs with another key than before</source>
        <translation>трекер подписывает другим ключом, чем прежде</translation>
    </message>
    <message>
        <source>the wallet tracker has not answered yet</source>
        <translation>трекер кошелька ещё не ответил</translation>
    </message>
    <message>
        <source>the wallet tracker has not given a spend address yet</source>
        <translation>трекер кошелька ещё не дал адреса для трат</translation>
    </message>
    <message>
        <source>the wallet tracker has not given such an address yet</source>
        <translation>трекер кошелька ещё не дал такого адреса</translation>
    </message>
    <message>
        <source>the contract names another tracker</source>
        <translation>в контракте назван другой трекер</translation>
    </message>
    <message>
        <source>this tracker takes no contracts together with the other one that the contract names</source>
        <translation>этот трекер не берёт контрактов вместе с тем, что назван в контракте</translation>
    </message>
    <message>
        <source>the contract&apos;s time to serve is over by the tracker&apos;s clock</source>
        <translation>по часам трекера время контракта вышло</translation>
    </message>
    <message>
        <source>the contract lasts longer than the tracker allows</source>
        <translation>контракт дольше, чем разрешает трекер</translation>
    </message>
    <message>
        <source>the contract&apos;s price or cap is above the tracker&apos;s limits</source>
        <translation>цена или предел контракта выше пределов трекера</translation>
    </message>
    <message>
        <source>the tracker does not know the contract</source>
        <translation>трекер не знает этого контракта</translation>
    </message>
    <message>
        <source>the contract is closed: %1 were paid and %2 returned, with another receipt</source>
        <translation>контракт закрыт: уплачено %1, возвращено %2, по другой расписке</translation>
    </message>
    <message>
        <source>the contract&apos;s time to close is over; the tracker settles it by itself</source>
        <translation>время закрыть контракт вышло; трекер рассчитает его сам</translation>
    </message>
    <message>
        <source>the viewer closes this contract at the tracker where it pays from</source>
        <translation>зритель закрывает этот контракт на том трекере, с которого платит</translation>
    </message>
    <message>
        <source>the viewer has signed receipt %1 with another amount, too; both are kept</source>
        <translation>зритель подписал расписку %1 и с другой суммой; сохранены обе</translation>
    </message>
    <message>
        <source>a job failed: %1</source>
        <translation>работа не удалась: %1</translation>
    </message>
    <message>
        <source>nothing can be sent to the address of a contract or of a tracker</source>
        <translation>на адрес контракта или трекера ничего не послать</translation>
    </message>
    <message>
        <source>the address to pay to is closed</source>
        <translation>адрес получателя закрыт</translation>
    </message>
    <message>
        <source>the %1 address has %2, and %3 are needed: %4 are missing</source>
        <translation>на адресе (%1) есть %2, нужно %3: не хватает %4</translation>
    </message>
    <message>
        <source>only the tracker itself issues tokens</source>
        <translation>токены выпускает только сам трекер</translation>
    </message>
    <message>
        <source>the amount must be more than 0</source>
        <translation>сумма должна быть больше 0</translation>
    </message>
    <message>
        <source>there would be more tokens than any amount can be</source>
        <translation>токенов стало бы больше, чем может быть</translation>
    </message>
    <message>
        <source>only income and spend addresses are made</source>
        <translation>создаются только адреса для трат и для дохода</translation>
    </message>
    <message>
        <source>the two addresses are the same</source>
        <translation>оба адреса одинаковы</translation>
    </message>
    <message>
        <source>the paying address is not the sender&apos;s ordinary or spend address</source>
        <translation>адрес плательщика – не его обычный и не для трат</translation>
    </message>
    <message>
        <source>the spend address is closed</source>
        <translation>адрес для трат закрыт</translation>
    </message>
    <message>
        <source>from a spend address, tokens can only go back to its owner&apos;s ordinary one</source>
        <translation>с адреса для трат токены идут только обратно на обычный адрес владельца</translation>
    </message>
    <message>
        <source>the tracker does not know the %1</source>
        <translation>трекер не знает: %1</translation>
    </message>
    <message>
        <source>the %1 belongs to another key</source>
        <translation>%1: принадлежит другому ключу</translation>
    </message>
    <message>
        <source>the %1 is closed</source>
        <translation>%1: закрыт</translation>
    </message>
    <message>
        <source>the %1 has %2 open contracts; it can be closed once they are</source>
        <translation>%1: открытых контрактов %2; закрыть его можно после них</translation>
    </message>
    <message>
        <source>spend address</source>
        <translation>адрес для трат</translation>
    </message>
    <message>
        <source>income address</source>
        <translation>адрес для дохода</translation>
    </message>
    <message>
        <source>ordinary address</source>
        <translation>обычный адрес</translation>
    </message>
    <message>
        <source>spend</source>
        <translation>для трат</translation>
    </message>
    <message>
        <source>income</source>
        <translation>для дохода</translation>
    </message>
    <message>
        <source>ordinary</source>
        <translation>обычный</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 токена</translation>
    </message>
    <message>
        <source>%1 token</source>
        <translation>%1 токен</translation>
    </message>
    <message>
        <source>%1 MiB</source>
        <translation>%1 МиБ</translation>
    </message>
    <message>
        <source>not all of the film is on this computer</source>
        <translation>на этом компьютере не весь фильм</translation>
    </message>
    <message>
        <source>%1 can&apos;t be read: %2</source>
        <translation>%1 не прочесть: %2</translation>
    </message>
    <message>
        <source>%1 can&apos;t be removed: %2</source>
        <translation>%1 не удалить: %2</translation>
    </message>
    <message>
        <source>a schedule&apos;s times are minutes of a day</source>
        <translation>время расписания – минуты суток</translation>
    </message>
    <message>
        <source>a port is a number from 1 to 65535</source>
        <translation>порт – это число от 1 до 65535</translation>
    </message>
    <message>
        <source>the playlist is larger than allowed</source>
        <translation>плейлист больше, чем разрешено</translation>
    </message>
    <message>
        <source>the playlist is not UTF-8 text</source>
        <translation>плейлист – не текст UTF-8</translation>
    </message>
    <message>
        <source>this is no HLS playlist: it does not start with #EXTM3U</source>
        <translation>это не плейлист HLS: он не начинается с #EXTM3U</translation>
    </message>
    <message>
        <source>line %1: %2</source>
        <translation>строка %1: %2</translation>
    </message>
    <message>
        <source>it is encrypted</source>
        <translation>он зашифрован</translation>
    </message>
    <message>
        <source>it is live: it has no EXT-X-ENDLIST</source>
        <translation>это прямой эфир: в нём нет EXT-X-ENDLIST</translation>
    </message>
    <message>
        <source>the file %1 can&apos;t be read</source>
        <translation>файл %1 не прочесть</translation>
    </message>
    <message>
        <source>the playlist names bytes of %1 that it does not have</source>
        <translation>плейлист называет байты файла %1, которых в нём нет</translation>
    </message>
    <message>
        <source>the file %1 is empty</source>
        <translation>файл %1 пуст</translation>
    </message>
    <message>
        <source>a segment in %1 is larger than %2 MiB; make shorter segments</source>
        <translation>сегмент в %1 больше %2 МиБ; сделайте сегменты короче</translation>
    </message>
    <message>
        <source>the file %1 became shorter while it was read</source>
        <translation>файл %1 стал короче, пока читался</translation>
    </message>
    <message>
        <source>the title must be 1 to 300 bytes of text</source>
        <translation>название – текст от 1 до 300 байт</translation>
    </message>
    <message>
        <source>the description must be at most 4000 bytes of text</source>
        <translation>описание – текст не длиннее 4000 байт</translation>
    </message>
    <message>
        <source>%1 refers to &apos;%2&apos;, %3</source>
        <translation>%1 ссылается на «%2», %3</translation>
    </message>
    <message>
        <source>%1 has more segments than a stream can have</source>
        <translation>в %1 больше сегментов, чем может быть в потоке</translation>
    </message>
    <message>
        <source>the stream has more renditions than a manifest can name</source>
        <translation>в потоке больше вариантов, чем вмещает манифест</translation>
    </message>
    <message>
        <source>%1 is a multivariant playlist inside of another</source>
        <translation>%1 – многовариантный плейлист внутри другого</translation>
    </message>
    <message>
        <source>the poster must be a JPEG or PNG picture</source>
        <translation>постер должен быть картинкой JPEG или PNG</translation>
    </message>
    <message>
        <source>the import was broken off</source>
        <translation>публикация прервана</translation>
    </message>
    <message>
        <source>%1 is larger than a stream&apos;s playlist can be</source>
        <translation>%1 больше, чем может быть плейлист потока</translation>
    </message>
    <message>
        <source>the library does not have this stream</source>
        <translation>в библиотеке нет этого потока</translation>
    </message>
    <message>
        <source>the segment store&apos;s limit of %1 is reached and all that is in it is in use</source>
        <translation>предел для фильмов на диске, %1, достигнут, и всё, что там есть, используется</translation>
    </message>
    <message>
        <source>the disk has too little space left: %1 are to stay free</source>
        <translation>на диске мало места: %1 должно оставаться свободным</translation>
    </message>
    <message>
        <source>an object of %1 is too large for the segment store</source>
        <translation>%1 – слишком много для хранилища сегментов</translation>
    </message>
    <message>
        <source>the bytes are not those that were promised: their hash differs</source>
        <translation>байты не те, что обещаны: хеш другой</translation>
    </message>
    <message>
        <source>the segment store does not have %1</source>
        <translation>в хранилище сегментов нет %1</translation>
    </message>
    <message>
        <source>the segment store does not have %1 any more: it was damaged</source>
        <translation>в хранилище сегментов больше нет %1: он был повреждён</translation>
    </message>
    <message>
        <source>%1 is in use by another process</source>
        <translation>%1 занят другим процессом</translation>
    </message>
    <message>
        <source>there is no file %1</source>
        <translation>нет файла %1</translation>
    </message>
    <message>
        <source>%1 is not a file</source>
        <translation>%1 – не файл</translation>
    </message>
    <message>
        <source>%1 is larger than expected</source>
        <translation>%1 больше, чем ожидалось</translation>
    </message>
    <message>
        <source>a record of %1 bytes is too large for its log</source>
        <translation>запись в %1 байт слишком велика для журнала</translation>
    </message>
    <message>
        <source>%1 is not a log of this program or this version; it was left as it is</source>
        <translation>%1 – не журнал этой программы или этой версии; он оставлен как есть</translation>
    </message>
    <message>
        <source>%1 can&apos;t be used since it could not be synced</source>
        <translation>%1 не использовать: он не сохранился на диск</translation>
    </message>
    <message>
        <source>the link&apos;s tracker can&apos;t be read: %1</source>
        <translation>трекер в ссылке не прочесть: %1</translation>
    </message>
    <message>
        <source>the link&apos;s publisher can&apos;t be read</source>
        <translation>издателя в ссылке не прочесть</translation>
    </message>
    <message>
        <source>a seeder in the link can&apos;t be read: %1</source>
        <translation>сида в ссылке не прочесть: %1</translation>
    </message>
    <message>
        <source>the link&apos;s permit can&apos;t be read; it may have been cut off</source>
        <translation>разрешение в ссылке не прочесть; возможно, оно обрезано</translation>
    </message>
    <message>
        <source>the link has a part that this version does not know</source>
        <translation>в ссылке есть часть, которой эта версия не знает</translation>
    </message>
    <message>
        <source>the link is longer than any link to a film</source>
        <translation>ссылка длиннее любой ссылки на фильм</translation>
    </message>
    <message>
        <source>a link to a film starts with mutoscope:</source>
        <translation>ссылка на фильм начинается с mutoscope:</translation>
    </message>
    <message>
        <source>the link&apos;s content id is not 64 hex digits; it may have been cut off</source>
        <translation>номер фильма в ссылке – не 64 шестнадцатеричные цифры; возможно, она обрезана</translation>
    </message>
    <message>
        <source>the link has a part without a value</source>
        <translation>в ссылке есть часть без значения</translation>
    </message>
    <message>
        <source>not a link to a node: %1</source>
        <translation>не ссылка на узел: %1</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not an IP address to listen on</source>
        <translation>«%1» – не IP-адрес, на котором можно ждать</translation>
    </message>
    <message>
        <source>the TLS identity cannot be used</source>
        <translation>сертификат TLS не годится</translation>
    </message>
    <message>
        <source>cannot listen on %1 port %2: %3</source>
        <translation>на %1, порт %2, ждать не получается: %3</translation>
    </message>
    <message>
        <source>%1 announced no certificate to know it by</source>
        <translation>%1 не объявил сертификата, по которому его узнать</translation>
    </message>
    <message>
        <source>%1 did not answer within %2 ms</source>
        <translation>%1 не ответил за %2 мс</translation>
    </message>
    <message>
        <source>%1 is a relay, and this node uses none</source>
        <translation>%1 – ретранслятор, а этот узел их не использует</translation>
    </message>
    <message>
        <source>the connection by %1 is lost already</source>
        <translation>соединение через %1 уже потеряно</translation>
    </message>
    <message>
        <source>the name %1 is not known: %2</source>
        <translation>имя %1 неизвестно: %2</translation>
    </message>
    <message>
        <source>the name %1 is not known</source>
        <translation>имя %1 неизвестно</translation>
    </message>
    <message>
        <source>nobody answers at %1</source>
        <translation>по адресу %1 никто не отвечает</translation>
    </message>
    <message>
        <source>no way to %1: %2</source>
        <translation>к %1 нет пути: %2</translation>
    </message>
    <message>
        <source>the certificate of %1 is not the one that it announced</source>
        <translation>сертификат %1 не тот, что объявлен</translation>
    </message>
    <message>
        <source>%1 does not speak TLS 1.3 with us: %2</source>
        <translation>%1 не говорит с нами по TLS 1.3: %2</translation>
    </message>
    <message>
        <source>%1 answered with HTTP that has no status or length</source>
        <translation>%1 ответил по HTTP без статуса или длины</translation>
    </message>
    <message>
        <source>the answer of %1 is larger than %2 bytes</source>
        <translation>ответ %1 больше %2 байт</translation>
    </message>
    <message>
        <source>the answer of %1 is not HTTP: %2</source>
        <translation>ответ %1 – не HTTP: %2</translation>
    </message>
    <message>
        <source>no safe connection to %1: the certificate is not the one that it announced, or there is no TLS 1.3</source>
        <translation>нет надёжного соединения с %1: сертификат не тот, что объявлен, или нет TLS 1.3</translation>
    </message>
    <message>
        <source>%1 closed the connection without an answer</source>
        <translation>%1 закрыл соединение без ответа</translation>
    </message>
    <message>
        <source>%1 closed the connection in the middle of its answer</source>
        <translation>%1 закрыл соединение посреди ответа</translation>
    </message>
    <message>
        <source>what answers there is not a relay</source>
        <translation>там отвечает не ретранслятор</translation>
    </message>
    <message>
        <source>the relay can&apos;t be used: %1</source>
        <translation>ретранслятор не использовать: %1</translation>
    </message>
    <message>
        <source>It can&apos;t be counted what was spent today, and there is a limit for that: %1.</source>
        <translation>Не удаётся подсчитать, сколько потрачено сегодня, а на это есть предел: %1.</translation>
    </message>
    <message>
        <source>there is no wallet yet</source>
        <translation>кошелька ещё нет</translation>
    </message>
    <message>
        <source>the wallet&apos;s key rests there already</source>
        <translation>ключ кошелька уже лежит там</translation>
    </message>
    <message>
        <source>another key rests there; it is not replaced</source>
        <translation>там лежит другой ключ; он не заменяется</translation>
    </message>
    <message>
        <source>the wallet&apos;s key has moved, but its old copy can&apos;t be removed yet: %1</source>
        <translation>ключ кошелька перенесён, но прежняя копия пока не удаляется: %1</translation>
    </message>
    <message>
        <source>too many films wait to be published; discard some</source>
        <translation>слишком много неопубликованных фильмов; уберите какие-нибудь</translation>
    </message>
    <message>
        <source>the draft is not there any more</source>
        <translation>заготовки уже нет</translation>
    </message>
    <message>
        <source>there are more movements than can be looked through</source>
        <translation>операций больше, чем можно просмотреть</translation>
    </message>
    <message>
        <source>no address</source>
        <translation>адреса нет</translation>
    </message>
    <message>
        <source>the seeder sent another film&apos;s description</source>
        <translation>сид прислал описание другого фильма</translation>
    </message>
    <message>
        <source>the seeder sent another playlist than the film&apos;s</source>
        <translation>сид прислал не тот плейлист</translation>
    </message>
    <message>
        <source>the relay has as many nodes as it takes</source>
        <translation>у ретранслятора столько узлов, сколько он берёт</translation>
    </message>
    <message>
        <source>the node is not at this relay</source>
        <translation>узла нет у этого ретранслятора</translation>
    </message>
    <message>
        <source>too many call the node through this relay just now</source>
        <translation>узел через этот ретранслятор зовут сейчас слишком многие</translation>
    </message>
    <message>
        <source>the poster is larger than 1 MiB</source>
        <translation>афиша больше 1 МиБ</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::Series</name>
    <message>
        <source>Film %1 · %2…</source>
        <translation>Фильм %1 · %2…</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Настройки</translation>
    </message>
    <message>
        <source>Seeding</source>
        <translation>Раздача</translation>
    </message>
    <message>
        <source>General</source>
        <translation>Общее</translation>
    </message>
    <message>
        <source>As the desktop</source>
        <translation>Как на рабочем столе</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Светлый</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Тёмный</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Внешний вид</translation>
    </message>
    <message>
        <source>Keys…</source>
        <translation>Клавиши…</translation>
    </message>
    <message>
        <source>Which keys do what</source>
        <translation>Что делают клавиши</translation>
    </message>
    <message>
        <source>Change the keys</source>
        <translation>Изменить клавиши</translation>
    </message>
    <message>
        <source>Watching</source>
        <translation>Просмотр</translation>
    </message>
    <message>
        <source>up to %1 s ahead</source>
        <translation>до %1 с вперёд</translation>
    </message>
    <message>
        <source>Bought ahead of what is watched</source>
        <translation>Покупается вперёд просмотра</translation>
    </message>
    <message>
        <source>Where seeders are looked for</source>
        <translation>Где искать сидов</translation>
    </message>
    <message>
        <source>The BitTorrent DHT tells strangers which films this computer has and looks for.</source>
        <translation>BitTorrent DHT сообщает незнакомцам, какие фильмы есть на этом компьютере и какие он ищет.</translation>
    </message>
    <message>
        <source>Desktop</source>
        <translation>Рабочий стол</translation>
    </message>
    <message>
        <source>Go on seeding in the tray when the window is closed</source>
        <translation>Продолжать раздачу в лотке, когда окно закрыто</translation>
    </message>
    <message>
        <source>Lock</source>
        <translation>Заблокировать</translation>
    </message>
    <message>
        <source>The wallet: shown, but nothing is signed until it is unlocked</source>
        <translation>Кошелёк: виден, но ничего не подписывает, пока не разблокирован</translation>
    </message>
    <message>
        <source>Lock the wallet</source>
        <translation>Заблокировать кошелёк</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Никогда</translation>
    </message>
    <message numerus="yes">
        <source>After %n minute(s)</source>
        <translation>
            <numerusform>Через %n минуту</numerusform>
            <numerusform>Через %n минуты</numerusform>
            <numerusform>Через %n минут</numerusform>
        </translation>
    </message>
    <message>
        <source>Lock it by itself when nobody has touched the program, unless a film is open or something is seeded</source>
        <translation>Запирать самому, когда программу не трогают, если не открыт фильм и ничего не раздаётся</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>Счёт</translation>
    </message>
    <message>
        <source>The wallet tracker keeps your tokens and knows who has which film. With another one the wallet is the same, but what lies at this one stays there.</source>
        <translation>Трекер кошелька хранит ваши токены и знает, у кого какой фильм. С другим трекером кошелёк тот же, но то, что лежит на этом, остаётся там.</translation>
    </message>
    <message>
        <source>Use this tracker</source>
        <translation>Выбрать этот трекер</translation>
    </message>
    <message>
        <source>Notify me of what was published and earned</source>
        <translation>Сообщать об опубликованном и заработанном</translation>
    </message>
    <message>
        <source>This program</source>
        <translation>Эта программа</translation>
    </message>
    <message>
        <source>Show again…</source>
        <translation>Показать снова…</translation>
    </message>
    <message>
        <source>The pages of the first start, and the trial</source>
        <translation>Страницы первого запуска и проба</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Открыть папку</translation>
    </message>
    <message>
        <source>Where settings, contracts and films are kept</source>
        <translation>Где лежат настройки, контракты и фильмы</translation>
    </message>
    <message>
        <source>Open the folder %1</source>
        <translation>Открыть папку %1</translation>
    </message>
    <message>
        <source>Version %1</source>
        <translation>Версия %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::ShareDialog</name>
    <message>
        <source>Share a film</source>
        <translation>Поделиться фильмом</translation>
    </message>
    <message>
        <source>This film</source>
        <translation>Этот фильм</translation>
    </message>
    <message>
        <source>QR code of the film&apos;s link</source>
        <translation>QR-код ссылки на фильм</translation>
    </message>
    <message>
        <source>The film&apos;s link</source>
        <translation>Ссылка на фильм</translation>
    </message>
    <message>
        <source>Copy link</source>
        <translation>Копировать ссылку</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>Name this computer as a seeder</source>
        <translation>Указать этот компьютер как раздающий</translation>
    </message>
    <message>
        <source>Then the film is found here without the tracker. Whoever has the link sees your address.</source>
        <translation>Тогда фильм найдут здесь и без трекера. Каждый, у кого есть ссылка, увидит ваш адрес.</translation>
    </message>
    <message>
        <source>Whoever opens it pays with a wallet at the same tracker, or at one that takes contracts with it.</source>
        <translation>Кто откроет ссылку, платит из кошелька на том же трекере или на трекере, который заключает с ним контракты.</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SourcesMenu</name>
    <message>
        <source>Tracker</source>
        <translation>Трекер</translation>
    </message>
    <message>
        <source>Seeders named in links</source>
        <translation>Сиды, названные в ссылках</translation>
    </message>
    <message>
        <source>Local network</source>
        <translation>Локальная сеть</translation>
    </message>
    <message>
        <source>BitTorrent DHT</source>
        <translation>BitTorrent DHT</translation>
    </message>
    <message>
        <source>off</source>
        <translation>выключен</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>готов</translation>
    </message>
    <message>
        <source>looking …</source>
        <translation>поиск …</translation>
    </message>
    <message>
        <source>%1 found</source>
        <translation>найдено: %1</translation>
    </message>
    <message>
        <source>cannot: %1</source>
        <translation>нельзя: %1</translation>
    </message>
    <message>
        <source>%1 — %2</source>
        <translation>%1 — %2</translation>
    </message>
    <message>
        <source>Where seeders are looked for</source>
        <translation>Где искать сидов</translation>
    </message>
    <message>
        <source>Sources %1</source>
        <translation>Источники: %1</translation>
    </message>
    <message>
        <source>Where seeders are looked for, %1 in use</source>
        <translation>Где ищутся сиды; используется: %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SpanChart</name>
    <message>
        <source>Today</source>
        <translation>Сегодня</translation>
    </message>
    <message>
        <source>7 days</source>
        <translation>7 дней</translation>
    </message>
    <message>
        <source>30 days</source>
        <translation>30 дней</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 токенов</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SpendingForm</name>
    <message>
        <source>Ask before each film</source>
        <translation>Спрашивать перед каждым фильмом</translation>
    </message>
    <message>
        <source>Play without asking up to this price for all of a film, in tokens</source>
        <translation>Показывать без вопроса до такой цены за весь фильм, в токенах</translation>
    </message>
    <message>
        <source>All films of a day may cost so much, in tokens</source>
        <translation>Столько могут стоить все фильмы за день, в токенах</translation>
    </message>
    <message>
        <source>Don&apos;t ask up to, in tokens:</source>
        <translation>Не спрашивать до, в токенах:</translation>
    </message>
    <message>
        <source>In a day at most, in tokens:</source>
        <translation>За день не больше, в токенах:</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::Spinner</name>
    <message>
        <source>Working</source>
        <translation>Идёт работа</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::StageOverlay</name>
    <message>
        <source>Open a mutoscope: link, and you pay for what you watch, segment by segment.</source>
        <translation>Откройте ссылку mutoscope: — и платите за то, что смотрите, сегмент за сегментом.</translation>
    </message>
    <message>
        <source>Paste a link</source>
        <translation>Вставить ссылку</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::StatusLine</name>
    <message>
        <source>Seeding %1</source>
        <translation>Раздаётся: %1</translation>
    </message>
    <message>
        <source>On %1</source>
        <translation>На %1</translation>
    </message>
    <message>
        <source>Whether others can connect to you: %1</source>
        <translation>Могут ли другие к вам подключаться: %1</translation>
    </message>
    <message>
        <source>Peers %1</source>
        <translation>Узлов: %1</translation>
    </message>
    <message>
        <source>Received %1, sent %2</source>
        <translation>Получено %1, отправлено %2</translation>
    </message>
    <message>
        <source>%1 free</source>
        <translation>свободно %1</translation>
    </message>
    <message>
        <source>On the disk that films are kept on</source>
        <translation>На диске, где лежат фильмы</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::SubtitleView</name>
    <message>
        <source>Subtitles</source>
        <translation>Субтитры</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::Subtitles</name>
    <message>
        <source>This film has no subtitles.</source>
        <translation>У этого фильма нет субтитров.</translation>
    </message>
    <message>
        <source>Subtitles: %1</source>
        <translation>Субтитры: %1</translation>
    </message>
    <message>
        <source>Subtitles off</source>
        <translation>Субтитры выключены</translation>
    </message>
    <message>
        <source>“%1” can&apos;t be read.</source>
        <translation>«%1» не читается.</translation>
    </message>
    <message>
        <source>“%1” has no subtitles that can be shown.</source>
        <translation>В «%1» нет субтитров, которые можно показать.</translation>
    </message>
    <message>
        <source>Captions %1</source>
        <translation>Титры %1</translation>
    </message>
    <message>
        <source>Digital captions %1</source>
        <translation>Цифровые титры %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::TopBar</name>
    <message>
        <source>Search, or link to a film</source>
        <translation>Поиск или ссылка на фильм</translation>
    </message>
    <message>
        <source>Search, or paste a mutoscope: link</source>
        <translation>Найдите фильм или вставьте ссылку mutoscope:</translation>
    </message>
    <message>
        <source>Share this film</source>
        <translation>Поделиться этим фильмом</translation>
    </message>
    <message>
        <source>That is not a link to a film: it has to begin with “mutoscope:”.</source>
        <translation>Это не ссылка на фильм: она должна начинаться с «mutoscope:».</translation>
    </message>
    <message>
        <source>To spend: %1 tokens</source>
        <translation>Можно потратить токенов: %1</translation>
    </message>
    <message>
        <source>What you can spend is not known yet</source>
        <translation>Сколько можно потратить, пока неизвестно</translation>
    </message>
    <message>
        <source>To spend, when the tracker last answered: %1 tokens</source>
        <translation>Можно потратить, когда трекер отвечал в последний раз, токенов: %1</translation>
    </message>
    <message>
        <source>, %1 of it reserved in contracts</source>
        <translation>, из них зарезервировано в контрактах %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::TrackMenus</name>
    <message>
        <source>Subtitles (V)</source>
        <translation>Субтитры (V)</translation>
    </message>
    <message>
        <source>Sound track (#)</source>
        <translation>Звуковая дорожка (#)</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Качество</translation>
    </message>
    <message>
        <source>Automatic (%1)</source>
        <translation>Автоматически (%1)</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Автоматически</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Выключено</translation>
    </message>
    <message>
        <source>Open subtitle file…</source>
        <translation>Открыть файл субтитров…</translation>
    </message>
    <message>
        <source>Open subtitle file</source>
        <translation>Открыть файл субтитров</translation>
    </message>
    <message>
        <source>Subtitles (%1);;All files (%2)</source>
        <translation>Субтитры (%1);;Все файлы (%2)</translation>
    </message>
    <message>
        <source>This film has one sound track.</source>
        <translation>У этого фильма одна звуковая дорожка.</translation>
    </message>
    <message>
        <source>Sound: %1</source>
        <translation>Звук: %1</translation>
    </message>
    <message>
        <source>Speed ([ and ])</source>
        <translation>Скорость ([ и ])</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::TrackerField</name>
    <message>
        <source>Link of a wallet tracker, or of a film that names one</source>
        <translation>Ссылка на трекер кошелька или на фильм, где он назван</translation>
    </message>
    <message>
        <source>This is neither a tracker&apos;s link (https://HOST:PORT/#key=…) nor a film&apos;s (mutoscope:…).</source>
        <translation>Это ни ссылка на трекер (https://HOST:PORT/#key=…), ни ссылка на фильм (mutoscope:…).</translation>
    </message>
    <message>
        <source>This film&apos;s link names no tracker. Ask whoever gave it to you which one to use.</source>
        <translation>В ссылке на этот фильм трекер не назван. Спросите того, кто её дал, какой выбрать.</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::Tray</name>
    <message>
        <source>Show Mutoscope</source>
        <translation>Показать Mutoscope</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Выйти</translation>
    </message>
    <message>
        <source>Mutoscope · %1 tokens earned and not paid out</source>
        <translation>Mutoscope · заработано и не выплачено токенов: %1</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::WalletDialog</name>
    <message>
        <source>Cancel</source>
        <translation>Отмена</translation>
    </message>
    <message>
        <source>Top up</source>
        <translation>Пополнить</translation>
    </message>
    <message>
        <source>Moves tokens from your ordinary address to the spend address, from which films are paid.</source>
        <translation>Переносит токены с вашего обычного адреса на адрес для трат, с которого оплачиваются фильмы.</translation>
    </message>
    <message>
        <source>Send tokens</source>
        <translation>Отправить токены</translation>
    </message>
    <message>
        <source>From your ordinary address to another one. This can&apos;t be taken back.</source>
        <translation>С вашего обычного адреса на другой. Вернуть их нельзя.</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Отправить</translation>
    </message>
    <message>
        <source>Pay out income</source>
        <translation>Выплатить доход</translation>
    </message>
    <message>
        <source>Moves all that you earned by seeding to your ordinary address.</source>
        <translation>Переносит всё, что вы заработали раздачей, на ваш обычный адрес.</translation>
    </message>
    <message>
        <source>Pay out</source>
        <translation>Выплатить</translation>
    </message>
    <message>
        <source>Address of the receiver</source>
        <translation>Адрес получателя</translation>
    </message>
    <message>
        <source>To address</source>
        <translation>На адрес</translation>
    </message>
    <message>
        <source>Amount in tokens</source>
        <translation>Сумма в токенах</translation>
    </message>
    <message>
        <source>Note, can be read by the receiver and the tracker</source>
        <translation>Заметка, её могут прочесть получатель и трекер</translation>
    </message>
    <message>
        <source>Note (optional, the receiver and the tracker can read it)</source>
        <translation>Заметка (не обязательна; её могут прочесть получатель и трекер)</translation>
    </message>
    <message>
        <source>Available: %1 tokens</source>
        <translation>Доступно токенов: %1</translation>
    </message>
    <message>
        <source>An amount has digits and at most six decimals.</source>
        <translation>В сумме — цифры и не больше шести знаков после запятой.</translation>
    </message>
    <message>
        <source>That is more than the %1 tokens that are available.</source>
        <translation>Это больше, чем доступно токенов: %1.</translation>
    </message>
    <message>
        <source>Nothing has been earned since the last time.</source>
        <translation>С прошлого раза ничего не заработано.</translation>
    </message>
    <message>
        <source>An address has %1 digits 0–9 and a–f.</source>
        <translation>В адресе %1 знаков 0–9 и a–f.</translation>
    </message>
    <message>
        <source>Asking the tracker …</source>
        <translation>Запрос к трекеру …</translation>
    </message>
    <message>
        <source>Close the spend address</source>
        <translation>Закрыть адрес для расходов</translation>
    </message>
    <message>
        <source>What is on it goes back to your ordinary address, and you get a new spend address. Whoever still sends tokens to the old one gets an error.</source>
        <translation>Всё, что на нём есть, вернётся на обычный адрес, а вы получите новый адрес для расходов. Кто пошлёт токены на старый, получит ошибку.</translation>
    </message>
    <message>
        <source>Close it</source>
        <translation>Закрыть</translation>
    </message>
    <message>
        <source>On it: %1 tokens</source>
        <translation>На нём: %1 токенов</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::WalletPage</name>
    <message>
        <source>Top up</source>
        <translation>Пополнить</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Отправить</translation>
    </message>
    <message>
        <source>Pay out income</source>
        <translation>Выплатить доход</translation>
    </message>
    <message>
        <source>Wallet</source>
        <translation>Кошелёк</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>Доступно</translation>
    </message>
    <message>
        <source>Locked in contracts</source>
        <translation>Зарезервировано в контрактах</translation>
    </message>
    <message>
        <source>Income not yet paid out</source>
        <translation>Доход, ещё не выплаченный</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Копировать</translation>
    </message>
    <message>
        <source>Copy: %1</source>
        <translation>Копировать: %1</translation>
    </message>
    <message>
        <source>Spend address</source>
        <translation>Адрес для трат</translation>
    </message>
    <message>
        <source>Films are paid from here. Send tokens here to watch.</source>
        <translation>Отсюда оплачиваются фильмы. Присылайте токены сюда, чтобы смотреть.</translation>
    </message>
    <message>
        <source>Ordinary address</source>
        <translation>Обычный адрес</translation>
    </message>
    <message>
        <source>For transfers between people. Income is paid out to here.</source>
        <translation>Для переводов между людьми. Сюда выплачивается доход.</translation>
    </message>
    <message>
        <source>QR code of the spend address</source>
        <translation>QR-код адреса для трат</translation>
    </message>
    <message>
        <source>Filter the history</source>
        <translation>Отбор в истории</translation>
    </message>
    <message>
        <source>Filter</source>
        <translation>Отбор</translation>
    </message>
    <message>
        <source>History</source>
        <translation>История</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>пока неизвестно</translation>
    </message>
    <message>
        <source>when the tracker last answered</source>
        <translation>когда трекер отвечал в последний раз</translation>
    </message>
    <message>
        <source>and %1 on the ordinary address</source>
        <translation>и %1 на обычном адресе</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>токенов</translation>
    </message>
    <message>
        <source>%1 of it spent by now</source>
        <translation>из них уже потрачено %1</translation>
    </message>
    <message>
        <source>comes back if not spent</source>
        <translation>вернётся, если не будет потрачено</translation>
    </message>
    <message>
        <source>earned by seeding</source>
        <translation>заработано раздачей</translation>
    </message>
    <message>
        <source>Nothing has happened yet.</source>
        <translation>Пока ничего не произошло.</translation>
    </message>
    <message>
        <source>Hide amounts</source>
        <translation>Скрыть суммы</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Экспорт…</translation>
    </message>
    <message>
        <source>Export what is shown as a table (CSV)</source>
        <translation>Экспортировать показанное как таблицу (CSV)</translation>
    </message>
    <message>
        <source>Export the history</source>
        <translation>Экспорт истории</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>Таблицы (*.csv)</translation>
    </message>
    <message>
        <source>The table can&apos;t be written: %1.</source>
        <translation>Не удалось записать таблицу: %1.</translation>
    </message>
    <message>
        <source>Close…</source>
        <translation>Закрыть…</translation>
    </message>
    <message>
        <source>Close the spend address</source>
        <translation>Закрыть адрес для расходов</translation>
    </message>
    <message>
        <source>Contract…</source>
        <translation>Контракт…</translation>
    </message>
    <message>
        <source>Show the contract of the chosen line</source>
        <translation>Показать контракт выбранной строки</translation>
    </message>
    <message>
        <source>Spent</source>
        <translation>Потрачено</translation>
    </message>
    <message>
        <source>Earned</source>
        <translation>Заработано</translation>
    </message>
    <message>
        <source>Relaying</source>
        <translation>Ретрансляция</translation>
    </message>
    <message>
        <source>Older movements are being fetched …</source>
        <translation>Загружаются более ранние операции …</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::WalletStep</name>
    <message>
        <source>Your wallet</source>
        <translation>Ваш кошелёк</translation>
    </message>
    <message>
        <source>A wallet is one secret key, on this computer only. It signs what you pay and what you earn; 24 words bring it back if the computer is lost.</source>
        <translation>Кошелёк – это один секретный ключ, только на этом компьютере. Он подписывает то, что вы платите и зарабатываете; если компьютер пропадёт, его вернут 24 слова.</translation>
    </message>
    <message>
        <source>I have 24 words…</source>
        <translation>У меня есть 24 слова…</translation>
    </message>
    <message>
        <source>The wallet is being looked for …</source>
        <translation>Кошелёк ищется …</translation>
    </message>
    <message>
        <source>There is no wallet on this computer yet.</source>
        <translation>На этом компьютере кошелька ещё нет.</translation>
    </message>
    <message>
        <source>Make a new wallet…</source>
        <translation>Создать новый кошелёк…</translation>
    </message>
    <message>
        <source>There is a wallet on this computer, and it is locked.</source>
        <translation>На этом компьютере есть кошелёк, и он заблокирован.</translation>
    </message>
    <message>
        <source>Unlock…</source>
        <translation>Разблокировать…</translation>
    </message>
    <message>
        <source>The wallet&apos;s key can&apos;t be had.</source>
        <translation>Ключ кошелька недоступен.</translation>
    </message>
    <message>
        <source>The wallet&apos;s key can&apos;t be had: %1</source>
        <translation>Ключ кошелька недоступен: %1</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Попробовать ещё раз</translation>
    </message>
    <message>
        <source>Your wallet is here, and its words are on paper.</source>
        <translation>Кошелёк здесь, а его слова на бумаге.</translation>
    </message>
    <message>
        <source>Your wallet is here. Write its 24 words down before there is money in it; that can also wait until you have paper and a pen.</source>
        <translation>Кошелёк здесь. Запишите его 24 слова, прежде чем в нём появятся деньги; это может и подождать, пока не найдутся бумага и ручка.</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>Сохранить слова…</translation>
    </message>
    <message>
        <source>What the wallet needs</source>
        <translation>Что нужно кошельку</translation>
    </message>
</context>
<context>
    <name>mutoscope::ui::WelcomeStep</name>
    <message>
        <source>Welcome to Mutoscope</source>
        <translation>Добро пожаловать в Mutoscope</translation>
    </message>
    <message>
        <source>Films come from other people&apos;s computers, piece by piece, and each piece is paid for as it comes. What you have watched, you can give to others and be paid for.</source>
        <translation>Фильмы приходят с компьютеров других людей, кусок за куском, и каждый кусок оплачивается, когда приходит. То, что вы посмотрели, можно отдавать другим и получать за это плату.</translation>
    </message>
    <message>
        <source>Whoever sends you a film, and whoever gets one from you, sees your network address.</source>
        <translation>Кто шлёт вам фильм и кто получает его от вас, видит ваш сетевой адрес.</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Язык</translation>
    </message>
    <message>
        <source>Your account</source>
        <translation>Ваш счёт</translation>
    </message>
    <message>
        <source>A wallet tracker keeps your tokens and knows who has which film. Whoever runs one gives you its link; a film&apos;s link often names one, too.</source>
        <translation>Трекер кошелька хранит ваши токены и знает, у кого какой фильм. Ссылку на него даёт тот, кто его держит; часто он назван и в ссылке на фильм.</translation>
    </message>
    <message>
        <source>Try it here</source>
        <translation>Попробовать здесь</translation>
    </message>
    <message>
        <source>A tracker, a seeder and a film on this computer: nothing leaves it, and the tokens are for play.</source>
        <translation>Трекер, сид и фильм на этом компьютере: ничего не выходит наружу, и токены не настоящие.</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>Попробовать</translation>
    </message>
    <message>
        <source>With a film of mine…</source>
        <translation>Со своим фильмом…</translation>
    </message>
    <message>
        <source>End the trial</source>
        <translation>Закончить пробу</translation>
    </message>
    <message>
        <source>A film to try it with</source>
        <translation>Фильм для пробы</translation>
    </message>
    <message>
        <source>A short film is being made …</source>
        <translation>Делается короткий фильм …</translation>
    </message>
    <message>
        <source>A wallet tracker is being started …</source>
        <translation>Запускается трекер кошелька …</translation>
    </message>
    <message>
        <source>A seeder is publishing the film …</source>
        <translation>Сид публикует фильм …</translation>
    </message>
    <message>
        <source>A second window has 3 tokens and the film&apos;s link. Watch, and see them go; close it to come back here.</source>
        <translation>Во втором окне есть 3 токена и ссылка на фильм. Смотрите, как они уходят; закройте его, чтобы вернуться сюда.</translation>
    </message>
    <message>
        <source>That was it: you paid %1 tokens, and the seeder has earned them.</source>
        <translation>Вот и всё: вы заплатили %1 токенов, и сид их заработал.</translation>
    </message>
    <message>
        <source>The trial was ended.</source>
        <translation>Проба закончена.</translation>
    </message>
</context>
</TS>
